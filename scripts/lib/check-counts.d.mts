interface CheckCounts {
  passed: number;
  failed: number;
  skipped: number;
}

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: unknown[] }[];
}

interface PlaywrightReport {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number };
  errors: unknown[];
}

export function countChecks(ok: boolean, report?: string, read?: (report: never) => CheckCounts): CheckCounts;
export function readVitest(report: VitestReport): CheckCounts;
export function readPlaywright(report: PlaywrightReport): CheckCounts;
