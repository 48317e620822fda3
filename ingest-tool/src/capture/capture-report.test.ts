import { describe, expect, it } from 'vitest';
import { addFlush, describeCapture, emptyCaptureReport } from './capture-report';

const flush = {
  messages: 10,
  rows: 8,
  rowsAdded: 5,
  duplicates: 1,
  quarantined: { undecodable: 1 },
};

describe('what a capture did', () => {
  it('adds up what each filing did', () => {
    const report = emptyCaptureReport();
    addFlush(report, flush);
    addFlush(report, { ...flush, quarantined: { undecodable: 1, bad_time: 2 } });
    expect(report).toMatchObject({ filed: 20, rows: 16, rowsAdded: 10, duplicates: 2, flushes: 2 });
    expect(report.quarantined).toEqual({ undecodable: 2, bad_time: 2 });
  });

  it('says in words what was set aside and taken over, and nothing of what did not happen', () => {
    const report = { ...emptyCaptureReport(), messages: 1234 };
    expect(describeCapture(report, 'lake')).not.toMatch(/Took over|Set aside/);
    addFlush(report, flush);
    const text = describeCapture({ ...report, recovered: 3 }, 'lake');
    expect(text).toContain('Took over 3 that an earlier worker left');
    expect(text).toContain('Set aside 1 undecodable; see lake/_tidelake/quarantine');
  });
});
