import { i18n } from '#i18n';
import type { Run } from '../../lib/runs/run.ts';
import { StepMark } from '../ui/icons.tsx';

export function RunSteps({ run }: { run: Run }) {
  return (
    <ol class="steps" aria-label={i18n.t('step.list')}>
      {run.steps.map((step) => (
        <li
          key={step.name}
          data-step={step.name}
          data-state={step.state}
          aria-current={step.state === 'active' ? 'step' : undefined}
        >
          <StepMark state={step.state} />
          <span>
            {i18n.t(`step.${step.name}`)}
            <span class="hidden"> {i18n.t(`step_state.${step.state}`)}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}
