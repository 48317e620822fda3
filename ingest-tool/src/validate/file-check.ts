import { createHash } from 'node:crypto';
import type { ColumnDescription } from '@tidelake/lake-format';
import { readParquet } from 'parquet-wasm';
import type { FooterFacts } from '../manifest/footer-facts';
import { widerType } from '../manifest/lake-columns';
import { columnKey } from '../manifest/manifest-row';
import type { StoredObject } from '../storage/lake-storage';
import type { Finding } from './finding';
import type { TimeSpan } from './partition-span';

/** What is wrong with a file by its footer alone. */
export function checkFooter(
  { key, size }: StoredObject,
  facts: FooterFacts,
  columns: readonly ColumnDescription[],
  span: TimeSpan | undefined,
): Finding[] {
  const findings: Finding[] = [];
  const say = (finding: Omit<Finding, 'file'>): void => void findings.push({ file: key, ...finding });
  for (const { columns: chunks } of facts.metadata.row_groups) {
    for (const { meta_data: chunk } of chunks) {
      const start = Number(chunk?.dictionary_page_offset ?? chunk?.data_page_offset ?? 0);
      const end = start + Number(chunk?.total_compressed_size ?? 0);
      if (start >= 4 && end <= size - facts.bytes) continue;
      const where = `its column ${chunk?.path_in_schema.join('.') ?? ''} would end at byte ${end} of ${size}`;
      say({ code: 'unreadable', severity: 'damage', message: where, mend: 'remove', byte: start });
      return findings;
    }
  }
  for (const { name, type } of facts.columns) {
    if (type === undefined) continue;
    const there = columns.find((column) => columnKey(column.name) === columnKey(name));
    if (there === undefined) {
      const message = `its column ${name} is not in lake.json`;
      say({ code: 'unknown-column', severity: 'warning', message, mend: 'manifest' });
    } else if (widerType(there.type, type) !== there.type) {
      const message = `its column ${name} is ${type}, the lake's is ${there.type}`;
      say({ code: 'schema-clash', severity: 'damage', message, mend: 'compact' });
    }
  }
  const lacking = columnsWithoutStatistics(facts);
  if (lacking.length > 0 && facts.rows > 0) {
    const message = `there are no statistics of ${lacking.slice(0, 5).join(', ')}${lacking.length > 5 ? ' and more' : ''}`;
    say({ code: 'missing-statistics', severity: 'warning', message, mend: 'compact' });
  }
  const time = timeStatistics(facts, columns);
  if (span !== undefined && time !== undefined && (time.min < span.start || time.max >= span.end)) {
    const which = time.min < span.start ? time.min : time.max;
    const message = `it has rows of ${instantText(which)}, outside of its folder`;
    say({ code: 'wrong-partition', severity: 'damage', message, mend: 'ingest' });
  }
  return findings;
}

/** Where the pages of a file cannot be read: the first column that is damaged, and the byte it begins at. */
export function findDamage(bytes: Uint8Array, facts: FooterFacts, error: unknown): Pick<Finding, 'message' | 'byte'> {
  for (const [group, { columns }] of facts.metadata.row_groups.entries()) {
    for (const { meta_data: chunk } of columns) {
      const [name] = chunk?.path_in_schema ?? [];
      if (name === undefined) continue;
      try {
        readParquet(bytes, { columns: [name], rowGroups: [group] }).free();
      } catch (failure) {
        return {
          message: `its column ${name} cannot be read in row group ${group}: ${textOf(failure)}`,
          byte: Number(chunk?.dictionary_page_offset ?? chunk?.data_page_offset ?? 0),
        };
      }
    }
  }
  return { message: `it cannot be read: ${textOf(error)}` };
}

/** Lower-case hex. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** An instant for people. @param us UTC microseconds */
export function instantText(us: number): string {
  const date = new Date(us / 1000);
  return Number.isNaN(date.getTime()) ? `${us} µs` : date.toISOString();
}

function columnsWithoutStatistics({ columns, metadata }: FooterFacts): string[] {
  const names = new Set<string>();
  for (const { columns: chunks } of metadata.row_groups) {
    for (const { meta_data: chunk } of chunks) {
      const [name, ...below] = chunk?.path_in_schema ?? [];
      if (name === undefined || below.length > 0 || chunk?.statistics?.null_count !== undefined) continue;
      const { min_value: least, min } = chunk?.statistics ?? {};
      if (least === undefined && min === undefined) names.add(name);
    }
  }
  return columns.filter(({ name, type }) => type !== undefined && names.has(name)).map(({ name }) => name);
}

function timeStatistics(
  facts: FooterFacts,
  columns: readonly ColumnDescription[],
): { min: number; max: number } | undefined {
  const name = columns.find(({ role }) => role === 'time')?.name ?? '';
  const time = facts.columns.find((column) => columnKey(column.name) === columnKey(name))?.statistics;
  return typeof time?.min === 'number' && typeof time.max === 'number' ? { min: time.min, max: time.max } : undefined;
}

function textOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
