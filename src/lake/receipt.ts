/** What was ruled out before it was read, by the step that did. What an earlier step ruled out no later one sees. */
export interface PrunedCounts {
  /** Partition folders, by their names, without listing what is below them. */
  folders: number;
  /** Files, by the manifest's statistics. */
  manifest: number;
  /** Large files of which the footer left no row group. */
  footers: number;
  /** Row groups of large files, by the statistics of their columns; those of ruled-out files are among them. */
  rowGroups: number;
  /** Pages within the row groups left, by the page index. */
  pages: number;
  /** Row groups, by bloom filters. */
  bloom: number;
}

/** What a query cost and why: shown under every result. Times are milliseconds, sizes bytes. */
export interface Receipt {
  /** Data files in all lakes that were asked; null where one is too large to have been counted. */
  filesInLake: number | null;
  /** Files left after pruning. */
  filesMatched: number;
  /** Of those: fetched now, and already here from an earlier query. */
  filesFetched: number;
  filesCached: number;
  pruned: PrunedCounts;
  /**
   * How an aggregate was answered from partial states: files of rollups that stood for the data of their stations, files
   * whose statistics told them, and parts of the rows that were aggregated one after another because they did not fit into
   * memory.
   */
  answeredBy: { rollups: number; statistics: number; parts: number };
  /** Bytes of the files fetched that were left where they are: other columns and other row groups. */
  bytesSkipped: number;
  /** `footers`, `manifest` and `rollups` are those of `get` that were for footers alone, the manifest and rollups. */
  requests: { list: number; get: number; footers: number; manifest: number; rollups: number };
  /** Bytes that came over the network for this query, listings included. */
  bytes: number;
  retries: number;
  /** Rows put before the engine, and rows in the answer. */
  rowsScanned: number;
  rowsReturned: number;
  phases: { plan: number; list: number; fetch: number; decode: number; load: number; query: number };
  elapsed: number;
}

/** The receipt of a query that has done nothing yet. */
export function emptyReceipt(): Receipt {
  return {
    filesInLake: null,
    filesMatched: 0,
    filesFetched: 0,
    filesCached: 0,
    pruned: { folders: 0, manifest: 0, footers: 0, rowGroups: 0, pages: 0, bloom: 0 },
    answeredBy: { rollups: 0, statistics: 0, parts: 0 },
    bytesSkipped: 0,
    requests: { list: 0, get: 0, footers: 0, manifest: 0, rollups: 0 },
    bytes: 0,
    retries: 0,
    rowsScanned: 0,
    rowsReturned: 0,
    phases: { plan: 0, list: 0, fetch: 0, decode: 0, load: 0, query: 0 },
    elapsed: 0,
  };
}

/**
 * The one line under a result, such as `31 of 306 files · 33 requests · 742 kB · 0.41 s`. It reads the same whatever
 * language the browser is set to; kB is 1,000 bytes.
 */
export function describeReceipt(receipt: Receipt): string {
  const { filesInLake, filesMatched, filesCached, answeredBy, requests, bytes, retries, elapsed } = receipt;
  const files =
    filesInLake === null
      ? counted(filesMatched, 'file')
      : `${grouped(filesMatched)} of ${counted(filesInLake, 'file')}`;
  return [
    filesCached > 0 ? `${files}, ${filesCached === filesMatched ? 'all' : grouped(filesCached)} already here` : files,
    ...(answeredBy.rollups > 0 ? [`by ${counted(answeredBy.rollups, 'rollup')}`] : []),
    counted(requests.list + requests.get, 'request'),
    describeBytes(bytes),
    ...(retries > 0 ? [retries === 1 ? '1 retry' : `${grouped(retries)} retries`] : []),
    describeDuration(elapsed),
  ].join(' · ');
}

/** A size in decimal units with three significant digits at most, such as `742 kB`. */
export function describeBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let scaled = bytes;
  let unit = 0;
  // 999.5 would be shown as 1000.
  while (scaled >= 999.5 && unit < units.length - 1) {
    scaled /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2;
  return `${scaled.toFixed(digits)} ${units[unit] ?? ''}`;
}

/** A duration, given in milliseconds, as `0.41 s`, `12.3 s` or `2 min 05 s`. */
export function describeDuration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${grouped(Math.floor(whole / 60))} min ${String(whole % 60).padStart(2, '0')} s`;
}

function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
