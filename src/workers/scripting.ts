import type { LakeCatalogue } from '../lake/coverage';
import { nativeCode } from '../lake/native-code';
import type { NativeLanguage } from '../lake/native-code';
import type { Receipt } from '../lake/receipt';
import type { LakeSource } from '../sources/lake-source';
import type { LakeClient } from './client';
import type { Estimate, LakeSummary, QueryResult, ResultColumn } from './protocol';
import type { QueryParameters } from './query-parameters';

/** A value of a row: timestamps and dates are ISO 8601 text in UTC, bigint only beyond 2^53, null for SQL NULL. */
export type ScriptValue = string | number | bigint | boolean | null;

export interface ScriptResult {
  columns: { name: string; type: string }[];
  rows: Record<string, ScriptValue>[];
  receipt: Receipt;
}

/** What the console and an embedding page find at `window.tidelake`; described in docs/scripting.md. */
export interface ScriptingApi {
  open(source: LakeSource | string): Promise<LakeSummary>;
  attach(name: string, source: LakeSource | string): Promise<LakeSummary>;
  detach(name: string): Promise<void>;
  query(sql: string, parameters?: QueryParameters): Promise<ScriptResult>;
  estimate(sql: string, parameters?: QueryParameters): Promise<Estimate>;
  catalogue(): Promise<LakeCatalogue>;
  /** Gives up the bytes of files that are kept from query to query, and from visit to visit. */
  clearCache(): Promise<void>;
  /** A program that asks the same of native DuckDB, with its file list. */
  native(sql: string, language?: NativeLanguage): Promise<string>;
  /** Stops every call made through this object; each ends as `cancelled`. */
  cancel(): void;
}

/** Makes the scripting API over a client; failures are LakeErrors. */
export function createScriptingApi(client: LakeClient): ScriptingApi {
  let controller = new AbortController();
  return {
    open: (source) => client.open(source, controller.signal),
    attach: (name, source) => client.attach(name, source, controller.signal),
    detach: (name) => client.detach(name),
    query: async (sql, parameters) =>
      toScriptResult(await client.query(sql, { parameters, signal: controller.signal })),
    estimate: (sql, parameters) => client.estimate(sql, { parameters, signal: controller.signal }),
    catalogue: () => client.catalogue(controller.signal),
    clearCache: () => client.clearCache(),
    native: async (sql, language = 'sql') =>
      nativeCode(await client.native(sql, { signal: controller.signal }), language),
    cancel() {
      controller.abort();
      controller = new AbortController();
    },
  };
}

/** An answer as an array of plain objects. Of columns that share a name the later ones are called `name_1`, `name_2` … */
export function toScriptResult({ columns, rowCount, receipt }: QueryResult): ScriptResult {
  const names = distinctNames(columns.map((column) => column.name));
  const readers = columns.map(valueReader);
  const rows = Array.from({ length: rowCount }, (_, row) =>
    Object.fromEntries(readers.map((read, index) => [names[index] ?? '', read(row)])),
  );
  return {
    columns: columns.map((column, index) => ({ name: names[index] ?? '', type: column.sqlType })),
    rows,
    receipt,
  };
}

function distinctNames(names: string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let distinct = name;
    for (let n = 1; taken.has(distinct); n++) distinct = `${name}_${n}`;
    taken.add(distinct);
    return distinct;
  });
}

function valueReader(column: ResultColumn): (row: number) => ScriptValue {
  const { valid } = column;
  const read = presentValueReader(column);
  return valid ? (row) => (valid[row] ? read(row) : null) : read;
}

function presentValueReader(column: ResultColumn): (row: number) => ScriptValue {
  switch (column.kind) {
    case 'timestamp':
      return (row) => isoTime(column.values[row] ?? NaN);
    case 'date':
      return (row) => isoTime(column.values[row] ?? NaN)?.slice(0, -'T00:00:00.000Z'.length) ?? null;
    case 'boolean':
      return (row) => column.values[row] === 1;
    default:
      return (row) => column.values[row] ?? null;
  }
}

/** Null for what no calendar holds: DuckDB's `infinity`. */
function isoTime(timeMs: number): string | null {
  const time = new Date(timeMs);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}
