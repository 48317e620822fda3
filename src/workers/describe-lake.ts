import { DESCRIPTION_PATH, parseLakeDescription } from '@tidelake/lake-format';
import type { LakeDescription, ManifestIndex } from '@tidelake/lake-format';
import { LakeError } from '../lake/lake-error';
import { schemaOfDescription } from '../lake/lake-schema';
import type { LakeSchema } from '../lake/lake-schema';
import type { WalkOptions } from '../lake/partition-walk';
import type { Predicate } from '../lake/predicate';
import { joinStores } from '../sources/lake-store';
import type { ObjectStore } from '../sources/object-store';
import { describeColumns, inspectForeignLake, type FooterReading } from './foreign-lake';
import type { FoundColumns } from './found-columns';
import { readManifestIndex, totalsOf } from './manifest';
import type { LakeSummary } from './protocol';

/** What is known of a lake before anything is asked of it. */
export interface DescribedLake {
  store: ObjectStore;
  summary: LakeSummary;
  schema: LakeSchema;
  /** The file that a column's name and type are from. */
  sourceOf: (column: string) => string;
  walk: WalkOptions;
  selection?: FileSelection;
  /** Of a lake that has one. */
  manifest?: ManifestIndex;
  /** Of a lake whose columns were found out from a few of its files. */
  found?: FoundColumns;
}

/** Where a table is not all files below its root. */
export interface FileSelection {
  /** What the names of its folders say of every row. */
  within: Predicate;
  /** The column that names each row's file. It is among the schema's partition keys, and no folder. */
  filename: { column: string; addressOf(key: string): string } | null;
}

/**
 * Reads a lake's lake.json, and the index of its manifest where it has one; where there is no lake.json, inspects the
 * folders and a few footers.
 * @param openStore for a lake whose data are elsewhere than its description
 * @throws LakeError `not-a-lake` where neither tells of one
 */
export async function describeLake(
  store: ObjectStore,
  reading: FooterReading,
  signal: AbortSignal,
  openStore: (url: string) => ObjectStore,
): Promise<DescribedLake> {
  const own = await readDescription(store, signal);
  if (!own) return describeForeignLake(store, reading, signal);
  const { title, license, attribution, partitioning, columns, stations } = own;
  const about = { ...(license && { license }), ...(attribution && { attribution }) };
  const summary = { url: store.url, title: title ?? nameOf(store.url), ...about, foreign: false };
  const manifest = own.manifest ? await readManifestIndex(store, signal) : undefined;
  const totals = manifest ? totalsOf(manifest) : own.totals;
  return {
    store: own.dataRoot === undefined ? store : joinStores(store, openStore(own.dataRoot)),
    summary: { ...summary, partitioning, columns, stations, totals },
    schema: schemaOfDescription(own),
    sourceOf: () => DESCRIPTION_PATH,
    walk: {},
    ...(manifest && { manifest }),
  };
}

async function describeForeignLake(
  store: ObjectStore,
  reading: FooterReading,
  signal: AbortSignal,
): Promise<DescribedLake> {
  const { schema, found, uniformFolders, totals } = await inspectForeignLake(store, reading, signal);
  const summary = { url: store.url, title: nameOf(store.url), foreign: true, stations: [], totals };
  return {
    store,
    summary: { ...summary, partitioning: schema.partitionKeys, columns: describeColumns(schema) },
    schema,
    sourceOf: found.sourceOf,
    found,
    walk: { uniformFolders },
  };
}

/** Undefined where there is no lake.json that may be read, or a site that answers everything with a page. */
async function readDescription(store: ObjectStore, signal: AbortSignal): Promise<LakeDescription | undefined> {
  let text: string;
  try {
    text = new TextDecoder().decode((await store.get(DESCRIPTION_PATH, signal)).value);
  } catch (error) {
    // S3 answers 403 for what is missing where listing is not allowed.
    if (error instanceof LakeError && (error.code === 'not-found' || error.code === 'access-denied')) return undefined;
    throw error;
  }
  if (/^\s*</.test(text)) return undefined;
  try {
    return parseLakeDescription(text);
  } catch (error) {
    throw new LakeError(
      {
        code: 'not-a-lake',
        message: `${store.url}${DESCRIPTION_PATH} cannot be read: ${error instanceof Error ? error.message : ''}`,
        advice: 'Write it anew with “tidelake ingest”, or update this site if the lake was made by a newer version.',
      },
      { cause: error },
    );
  }
}

function nameOf(url: string): string {
  const { host, pathname } = new URL(url);
  return decodeURIComponent(pathname.split('/').filter(Boolean).at(-1) ?? host);
}
