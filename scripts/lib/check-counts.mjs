import { existsSync, readFileSync } from 'node:fs';

/**
 * How many checks of a step passed, failed and were skipped. A step without a report is one check. One that ended before
 * it could report, or that failed although none of its tests did, is one failure more.
 * @param ok whether the step's program ended well
 * @param report path of its JSON report, if it writes one
 * @param read takes the counts from the report
 */
export function countChecks(ok, report, read) {
  if (report === undefined) return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
  const counts = read(JSON.parse(readFileSync(report, 'utf8')));
  return !ok && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

/** The counts of Vitest's JSON report. A file that does not even load has no tests that could fail, and counts as one. */
export function readVitest({ numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults }) {
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  return { passed: numPassedTests, failed: numFailedTests + broken.length, skipped: numPendingTests + numTodoTests };
}

/** The counts of Playwright's JSON report. A flaky test is a failed one. */
export function readPlaywright({ stats, errors }) {
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky + errors.length, skipped: stats.skipped };
}
