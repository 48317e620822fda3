/** What a query cost and why: shown under every result. Times are milliseconds, sizes bytes. */
export interface Receipt {
  /** Data files in the whole lake; null where the lake is too large to have been counted. */
  filesInLake: number | null;
  /** Files left after pruning. */
  filesMatched: number;
  /** Of those: fetched now, and already here from an earlier query. */
  filesFetched: number;
  filesCached: number;
  /** Partition folders that were ruled out without listing what is below them. */
  partitionsPruned: number;
  requests: { list: number; get: number };
  /** Bytes that came over the network for this query, listings included. */
  bytes: number;
  retries: number;
  /** Rows put before the engine, and rows in the answer. */
  rowsScanned: number;
  rowsReturned: number;
  phases: { plan: number; list: number; fetch: number; decode: number; load: number; query: number };
  elapsed: number;
}
