import { describe, expect, it } from 'vitest';
import { describeIngestProgress } from './ingest-progress';

describe('how far an ingest is', () => {
  it('says what was read, how fast, and about how long the rest takes', () => {
    const read = { phase: 'read', bytes: 25e6, totalBytes: 1e8, messages: 400_000, bad: 3 } as const;
    expect(describeIngestProgress(read, 10)).toMatch(
      / 25 % 25 MB of 100 MB, 400,000 messages \(40,000\/s\), 3 set aside, 30 s left$/,
    );
    expect(describeIngestProgress(read, 100)).toMatch(/, 5 min left$/);
    expect(describeIngestProgress(read, 1)).not.toContain('left');
    expect(describeIngestProgress({ ...read, bytes: 1e8 }, 10)).not.toContain('left');
  });

  it('says which day it writes, and about how long the others take', () => {
    const write = { phase: 'write', done: 20, total: 80, seconds: 5 } as const;
    expect(describeIngestProgress(write, 60)).toMatch(/ 25 % writing day 20 of 80, 15 s left$/);
  });
});
