import { useState } from 'preact/hooks';
import { i18n } from '#i18n';
import { collectFacts } from '../../lib/diagnostics/collect.ts';
import { buildDiagnostics, diagnosticsFileName } from '../../lib/diagnostics/diagnostics.ts';
import { RbeeError } from '../../lib/errors.ts';
import { send } from '../../lib/messages/send.ts';
import { Button } from '../ui/button.tsx';
import { saveFile } from './save-file.ts';

export function Diagnostics() {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');

  const save = async () => {
    setBusy(true);
    setProblem('');
    try {
      const hives = await send('hive/status', {}).then(
        (reply) => reply.hives,
        // Diagnostics are needed most when the service worker does not answer.
        (cause: unknown) => (cause instanceof RbeeError ? cause.code : 'internal'),
      );
      saveFile(diagnosticsFileName, buildDiagnostics({ ...(await collectFacts()), hives }));
    } catch (cause) {
      setProblem(i18n.t('diagnostics.failed', { reason: String(cause) }));
    } finally {
      setBusy(false);
    }
  };

  return (
    <section aria-labelledby="diagnostics-title">
      <h2 id="diagnostics-title">{i18n.t('diagnostics.title')}</h2>
      <div class="panel">
        <p class="hint">{i18n.t('diagnostics.hint')}</p>
        <div class="inside">
          <h3 id="diagnostics-inside">{i18n.t('diagnostics.contents')}</h3>
          <ul class="notes" aria-labelledby="diagnostics-inside">
            <li>{i18n.t('diagnostics.contents_versions')}</li>
            <li>{i18n.t('diagnostics.contents_settings')}</li>
            <li>{i18n.t('diagnostics.contents_hives')}</li>
            <li>{i18n.t('diagnostics.contents_runs')}</li>
          </ul>
        </div>
        <p class="hint">{i18n.t('diagnostics.redacted')}</p>
        <div class="actions">
          <Button disabled={busy} onClick={save}>
            {busy ? i18n.t('diagnostics.saving') : i18n.t('diagnostics.save')}
          </Button>
        </div>
        {problem && (
          <p class="notice" data-notice="error" role="alert">
            {problem}
          </p>
        )}
      </div>
    </section>
  );
}
