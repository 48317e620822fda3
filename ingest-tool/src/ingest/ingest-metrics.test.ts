import { describe, expect, it } from 'vitest';
import { EXIT } from '../tool-error';
import { formatMetrics } from './ingest-metrics';
import type { IngestReport } from './ingest-report';

const report: IngestReport = {
  dryRun: false,
  messages: 12,
  observations: 8,
  rows: 8,
  duplicates: 1,
  late: 0,
  quarantined: { bad_time: 3 },
  examples: {},
  ignored: {},
  files: 2,
  bytes: 100,
  minTime: null,
  maxTime: null,
  elapsedSeconds: 1.5,
  peakRssBytes: 1e8,
  rowsAdded: 8,
  conflicts: 0,
  filesWritten: 2,
  overlaid: 0,
  reflagged: 0,
  flags: { temperature_qc: { pass: 7, fail: 1 } },
  flagsByTest: {},
  unknownFields: {},
  notFinite: {},
  quarantineFiles: [],
  unreadable: [],
  captureNotes: [],
  notes: [],
  stations: [],
  inputBytes: 400,
};

describe('the metrics of an ingest', () => {
  it('are gauges in the text format, each described, with names of lakes quoted', () => {
    const text = formatMetrics(report, 'a "lake"\\b', EXIT.quarantine, 1_700_000_000_500);
    expect(text).toContain(
      '# TYPE tidelake_ingest_messages gauge\ntidelake_ingest_messages{lake="a \\"lake\\"\\\\b"} 12\n',
    );
    expect(text).toContain('reason="bad_time"} 3\n');
    expect(text).toContain('column="temperature_qc",flag="fail"} 1\n');
    expect(text).toContain('tidelake_ingest_exit_code{lake="a \\"lake\\"\\\\b"} 4\n');
    expect(text).toContain('} 1700000000.5\n');
    for (const line of text.trim().split('\n'))
      expect(line).toMatch(/^(?:# (?:HELP|TYPE) tidelake_ingest_|tidelake_ingest_\w+\{.*\} [\d.e+]+$)/);
  });
});
