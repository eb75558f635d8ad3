import { describe, expect, it } from 'vitest';
import { promptOrigin } from '../../../../components/popup/prompt-origin.ts';
import type { Run } from '../../../../lib/runs/run.ts';
import { everyState } from '../../../e2e/records.ts';

const { running, ...others } = everyState(1_764_000_000_000);
const at = (address: string, hive = 'http://localhost:7835'): Run => ({
  ...running,
  hive,
  worker: { address, port: 8080 },
});

describe('the worker that prompts are sent to', () => {
  it.each([
    ['http://localhost:8080', 'http://localhost:7835'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:7835'],
    ['http://127.0.0.1:8080', 'http://localhost:7835'],
    ['http://gpu-box:8080', 'https://gpu-box:443'],
    ['http://[fd00::5]:8080', 'http://[fd00::5]:7835'],
  ])('is %s for the hive %s', (address, hive) => {
    expect(promptOrigin(at(address, hive))).toBe(address);
  });

  it.each([
    'http://gpu-box:8080',
    'http://localhost.example:8080',
    'http://localhost:8081',
    'http://localhost@example.com:8080',
    'https://localhost:8080',
    'javascript:alert(8080)',
    'localhost:8080',
    '',
  ])('is not %j, which is not a worker of that hive', (address) => {
    expect(promptOrigin(at(address))).toBeUndefined();
  });

  it('does not exist if the address of the hive is invalid', () => {
    expect(promptOrigin(at('http://localhost:8080', 'localhost'))).toBeUndefined();
  });

  it.each(Object.values(others))('does not exist while a run is $state', (run) => {
    expect(promptOrigin({ ...run, worker: { address: 'http://localhost:8080', port: 8080 } })).toBeUndefined();
  });

  it('does not exist for a worker without a model', () => {
    expect(promptOrigin({ ...running, subject: 'worker:llm-worker-rbee-cpu' })).toBeUndefined();
  });
});
