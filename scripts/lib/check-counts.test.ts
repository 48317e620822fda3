import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countChecks, readPlaywright, readVitest } from './check-counts.mjs';

const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));

let folder: string;
let report: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tidelake-counts-'));
  report = path.join(folder, 'report.json');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('countChecks', () => {
  it('counts a step without a report as one check', () => {
    expect(countChecks(true)).toEqual({ passed: 1, failed: 0, skipped: 0 });
    expect(countChecks(false)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  it('counts a step that crashed before its report as a failure, even if it ended well', () => {
    expect(countChecks(false, report, readVitest)).toEqual({ passed: 0, failed: 1, skipped: 0 });
    expect(countChecks(true, report, readVitest)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  it('counts a step that failed although no test did', () => {
    const stats = { expected: 3, unexpected: 0, flaky: 0, skipped: 1 };
    writeFileSync(report, JSON.stringify({ stats, errors: [] }));
    expect(countChecks(true, report, readPlaywright)).toEqual({ passed: 3, failed: 0, skipped: 1 });
    expect(countChecks(false, report, readPlaywright)).toEqual({ passed: 3, failed: 1, skipped: 1 });
  });

  it('counts flaky tests, and errors outside of tests, as failures', () => {
    const stats = { expected: 3, unexpected: 1, flaky: 1, skipped: 0 };
    expect(readPlaywright({ stats, errors: [{}] })).toEqual({ passed: 3, failed: 3, skipped: 0 });
  });

  it('reads what Vitest really writes: tests that pass, fail and are skipped, and a file that does not load', () => {
    writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(
      path.join(folder, 'some.test.js'),
      `it('a', () => {}); it('b', () => expect(1).toBe(2)); it.skip('c', () => {});`,
    );
    writeFileSync(path.join(folder, 'broken.test.js'), `throw new Error('on load');`);
    const settings = ['--root', folder, '--globals', '--reporter=json', `--outputFile=${report}`];
    const { status } = spawnSync(process.execPath, [vitest, 'run', ...settings], { cwd: folder });
    expect(countChecks(status === 0, report, readVitest)).toEqual({ passed: 1, failed: 2, skipped: 1 });
  });
});
