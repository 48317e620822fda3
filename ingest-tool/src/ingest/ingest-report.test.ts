import { describe, expect, it } from 'vitest';
import { describeReport, size, type IngestReport } from './ingest-report';

const report: IngestReport = {
  dryRun: false,
  messages: 98_491,
  observations: 98_491,
  ignored: {},
  notes: [],
  rows: 91_051,
  duplicates: 7440,
  late: 0,
  quarantined: {},
  examples: {},
  files: 306,
  bytes: 2_300_000,
  minTime: '2011-04-28T20:00:00.000Z',
  maxTime: '2012-02-27T19:00:00.000Z',
  elapsedSeconds: 2,
  peakRssBytes: 1,
  rowsAdded: 91_051,
  conflicts: 0,
  filesWritten: 306,
  reflagged: 0,
  overlaid: 0,
  flags: {},
  flagsByTest: {},
  unknownFields: {},
  notFinite: {},
  quarantineFiles: [],
  unreadable: [],
  captureNotes: [{ path: 'captures/broker.pcap', note: '3 connections are encrypted.' }],
  stations: ['rapid-wb2'],
  inputBytes: 8_300_000,
};

describe('the report of an ingest', () => {
  it('says what was read, what became of it, and where', () => {
    expect(describeReport(report, 'lake', 2)).toBe(
      [
        'Read     98,491 messages from 2 captures (8.3 MB) in 2.0 s, 49,246 a second',
        'Rows     91,051, all new to the lake',
        'Span     2011-04-28 20:00 … 2012-02-27 19:00 UTC',
        'Stations 1 station: rapid-wb2',
        'Files    306 files, 2.3 MB; all written',
        'Notes    7,440 duplicates left out',
        '         broker.pcap: 3 connections are encrypted.',
        'Next     tidelake serve lake   shows it on a page',
      ].join('\n'),
    );
  });

  it('says what was set aside, why, where it is, and what to do', () => {
    const text = describeReport(
      {
        ...report,
        quarantined: { bad_time: 12, truncated: 1 },
        examples: { bad_time: 'line 4: time is "99:00"' },
        quarantineFiles: ['_tidelake/quarantine/ab.parquet'],
        unknownFields: { '12': 3 },
      },
      'lake',
      1,
      'message',
      '--mapping a.yaml',
    );
    expect(text).toContain('13 messages that could not be accepted');
    expect(text).toContain('12  bad_time: time absent, before 1990, or in the future\n');
    expect(text).toContain('                      such as: line 4: time is "99:00"');
    expect(text).toContain('lake/_tidelake/quarantine/ab.parquet');
    expect(text).toContain('field 12 is not in the schema');
    expect(text).toContain('Next     mend schema or mapping, then: tidelake retry lake --mapping a.yaml\n');
  });

  it('tells what to do where no row came of the messages, or most of them were about one observation', () => {
    const none = { ...report, rows: 0, rowsAdded: 0, ignored: { 'no field that a column is made from': 9 } };
    expect(describeReport(none, 'lake', 1)).toMatch(/Rows {5}none\n[^]*Next {5}tidelake inspect/);
    const one = { ...report, rows: 10, rowsAdded: 10, conflicts: 90 };
    expect(describeReport(one, 'lake', 1)).toContain('role: device or role: depth');
  });

  it('of a dry run says that nothing was written, and how to write it', () => {
    const text = describeReport({ ...report, dryRun: true }, 'lake', 1);
    expect(text).toMatch(/^Dry run {2}nothing was written/);
    expect(text).toContain('without --dry-run');
  });

  it('says so where the lake had it all', () => {
    expect(describeReport({ ...report, rowsAdded: 0, filesWritten: 0 }, 'lake', 1)).toContain('the lake had it all');
  });

  it('writes sizes as people do', () => {
    expect([0, 999, 1500, 23_456_789, 5e9].map(size)).toEqual(['0 B', '999 B', '1.5 kB', '23 MB', '5.0 GB']);
  });
});
