import { describe, expect, it } from 'vitest';
import { countPlaywright, countVitest, summary } from '../../report.ts';

const test = (status: string) => ({ status });
const file = (status: string, ...tests: string[]) => ({ status, assertionResults: tests.map(test) });
const vitest = (passed: number, failed: number, pending: number, ...testResults: object[]) =>
  JSON.stringify({
    numPassedTests: passed,
    numFailedTests: failed,
    numPendingTests: pending,
    numTodoTests: 0,
    testResults,
  });
const playwright = (stats: object, errors: object[] = []) =>
  JSON.stringify({ stats: { expected: 0, unexpected: 0, flaky: 0, skipped: 0, ...stats }, errors });

describe('the report of a test suite', () => {
  it.each([
    ['passed and failed tests', vitest(3, 2, 0, file('failed', 'passed', 'failed')), { passed: 3, failed: 2 }],
    ['a skipped test as a failed one', vitest(3, 0, 1, file('passed', 'passed', 'skipped')), { passed: 3, failed: 1 }],
    ['a test file that does not load', vitest(3, 0, 0, file('passed'), file('failed')), { passed: 3, failed: 1 }],
    ['no tests as zero', vitest(0, 0, 0), { passed: 0, failed: 0 }],
  ])('counts %s (Vitest)', (_, report, counts) => {
    expect(countVitest(report)).toEqual(counts);
  });

  it.each([
    ['passed and failed tests', playwright({ expected: 5, unexpected: 1 }), { passed: 5, failed: 1 }],
    [
      'skipped and flaky tests as failed ones',
      playwright({ expected: 5, skipped: 1, flaky: 1 }),
      { passed: 5, failed: 2 },
    ],
    [
      'an error outside of any test',
      playwright({ expected: 5 }, [{ message: 'no browser' }]),
      { passed: 5, failed: 1 },
    ],
  ])('counts %s (Playwright)', (_, report, counts) => {
    expect(countPlaywright(report)).toEqual(counts);
  });

  it('causes an error if it is invalid, so that a crash does not count as passed', () => {
    expect(() => countVitest('')).toThrow();
    expect(() => countPlaywright('{}')).toThrow();
  });
});

it('the summary of a test run is one line with both numbers', () => {
  expect(summary({ passed: 12, failed: 0 })).toBe('12 passed, 0 failed');
});
