import { keep, readKept } from './browser-storage';
import { sqlWithoutSecrets } from './url-state';

/** SQL that was run in this browser. */
export interface PastQuery {
  /** Without secrets. */
  sql: string;
  /** When it ran last, UTC milliseconds. */
  at: number;
}

const KEY = 'tidelake.sql-history';
const KEPT = 50;

/** What was run, newest first, kept in this browser without anything secret. */
export class SqlHistory {
  queries = $state.raw<PastQuery[]>(readQueries());

  add(sql: string, at: number): void {
    const clean = sqlWithoutSecrets(sql).trim();
    if (clean === '') return;
    this.queries = [{ sql: clean, at }, ...this.queries.filter((past) => past.sql !== clean)].slice(0, KEPT);
    keep(KEY, this.queries);
  }

  clear(): void {
    this.queries = [];
    keep(KEY, undefined);
  }
}

function readQueries(): PastQuery[] {
  const kept = readKept(KEY);
  if (!Array.isArray(kept)) return [];
  return kept.flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null || !('sql' in entry) || !('at' in entry)) return [];
    const { sql, at } = entry;
    return typeof sql === 'string' && typeof at === 'number' ? [{ sql, at }] : [];
  });
}
