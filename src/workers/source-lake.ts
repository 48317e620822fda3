import type { PartitionKey } from '@tidelake/lake-format';
import { predicateOfPatterns } from '../lake/glob-address';
import type { GlobAddress } from '../lake/glob-address';
import { LakeError } from '../lake/lake-error';
import { sameName } from '../lake/lake-schema';
import { detectScheme } from '../lake/partition-scheme';
import type { ObjectStore } from '../sources/object-store';
import type { DescribedLake } from './describe-lake';
import { describeColumns, inspectForeignLake, type FooterReading } from './foreign-lake';
import { createGlobStore } from './glob-store';
import type { SourceOptions } from './table-source';

const INTEGERS = /^(U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|INT[1248]?|SHORT|LONG|SIGNED)$/;
const TEXTS = /^(VARCHAR|TEXT|STRING|CHAR|BPCHAR)$/;

/**
 * Finds out what the files hold that `read_parquet` names: the columns of a few of them, and their folders'.
 * @param store of the address's root
 * @throws LakeError `not-a-lake` where no file matches; `unsupported` for a type that folders cannot have here
 */
export async function describeSource(
  store: ObjectStore,
  { patterns, addressOf }: GlobAddress,
  options: SourceOptions,
  reading: FooterReading,
  signal: AbortSignal,
): Promise<DescribedLake> {
  const matching = createGlobStore(store, patterns);
  const inspected = await inspectForeignLake(matching, reading, signal, (keys) => schemeFor(keys, options)).catch(
    (error: unknown) => {
      throw isNothingFound(error) ? nothingMatches(store, patterns) : error;
    },
  );
  const { schema, uniformFolders, totals } = inspected;
  const { filename } = options;
  const named: PartitionKey[] = filename === null ? [] : [{ name: filename, type: 'text' }];
  const whole = { ...schema, partitionKeys: [...schema.partitionKeys, ...named] };
  return {
    store: matching,
    schema: whole,
    sourceOf: inspected.found.sourceOf,
    found: inspected.found,
    walk: { uniformFolders },
    selection: {
      within: predicateOfPatterns(patterns, schema.partitionKeys),
      filename: filename === null ? null : { column: filename, addressOf },
    },
    summary: {
      url: store.url,
      title: store.url,
      foreign: true,
      partitioning: schema.partitionKeys,
      columns: describeColumns(schema),
      stations: [],
      totals,
    },
  };
}

function schemeFor(keys: string[], options: SourceOptions): PartitionKey[] {
  if (options.hivePartitioning === false) return [];
  return detectedScheme(keys, options).map((key) => typedKey(key, options));
}

function detectedScheme(keys: string[], { hivePartitioning }: SourceOptions): PartitionKey[] {
  try {
    return detectScheme(keys);
  } catch (error) {
    // Without being told to, DuckDB takes folders for columns only where all files have the same ones.
    if (hivePartitioning === 'auto' && error instanceof LakeError) return [];
    throw error;
  }
}

function typedKey(key: PartitionKey, { hiveTypes, hiveAutocast }: SourceOptions): PartitionKey {
  const type = Object.entries(hiveTypes).find(([name]) => sameName(name, key.name))?.[1];
  if (type === undefined) return hiveAutocast ? key : { name: key.name, type: 'text' };
  if (TEXTS.test(type)) return { name: key.name, type: 'text' };
  if (INTEGERS.test(type)) return key.type === 'integer' ? key : { name: key.name, type: 'integer' };
  throw new LakeError({
    code: 'unsupported',
    message: `hive_types cannot make the folders ${key.name}=… ${type}.`,
    advice: 'Take VARCHAR or BIGINT, and cast the column in SELECT.',
  });
}

function isNothingFound(error: unknown): boolean {
  return error instanceof LakeError && error.code === 'not-a-lake';
}

function nothingMatches(store: ObjectStore, patterns: readonly string[]): LakeError {
  const [first = ''] = patterns;
  const more = patterns.length > 1 ? ` nor the ${patterns.length - 1} other patterns` : '';
  return new LakeError({
    code: 'not-found',
    message: `No Parquet file below ${store.url} matches ${first}${more}.`,
    advice: 'Check the spelling: * stands for one folder or name, ** for any number of folders; files end in .parquet.',
  });
}
