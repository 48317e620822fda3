import { escapeGlob } from './glob';
import { partitionColumnType, sameName, tableColumns, type LakeSchema } from './lake-schema';
import { quoteIdentifier, quoteLiteral } from './sql-identifier';

/** A table of a query, with the files that it needs of it. */
export interface NativeTable {
  name: string;
  schema: LakeSchema;
  /** The column that names each row's file; null for none. */
  filename: string | null;
  /** Where the lake is: a URL that ends in `/`, without a query; or the path of a folder. */
  root: string;
  /** Relative to the root. */
  files: string[];
}

/** Where files are, as DuckDB is to be told. */
export type NativePlace =
  | { kind: 's3'; prefix: string; region: string | null }
  | { kind: 'http'; prefix: string }
  | { kind: 'local'; prefix: string };

/** How many files are listed where the list is only looked at: the first ones and the last. */
const SHOWN_FILES = 4;

const AWS_URL =
  /^https:\/\/(?:(?<bucket>[^/]+)\.)?s3(?:[.-](?:dualstack\.)?(?<region>[a-z]{2}(?:-[a-z]+)+-\d))?\.amazonaws\.com(?:\.cn)?\/(?<path>.*)$/;

/** Amazon's buckets go by `s3://`, so that a secret can be given; everything else as it is. */
export function nativePlace(root: string): NativePlace {
  const aws = AWS_URL.exec(root)?.groups;
  if (aws) {
    const path = decodeURIComponent(aws['path'] ?? '');
    const prefix = aws['bucket'] === undefined ? path : `${aws['bucket']}/${path}`;
    return { kind: 's3', prefix: `s3://${prefix}`, region: aws['region'] ?? null };
  }
  if (/^https?:\/\//.test(root)) return { kind: 'http', prefix: root };
  return { kind: 'local', prefix: root === '' || root.endsWith('/') ? root : `${root}/` };
}

/**
 * The view that stands for a lake in DuckDB: its files, with the columns and types that they have in the page.
 * @param abbreviated leaves files out, for looking at
 */
export function nativeViewSql(table: NativeTable, abbreviated: boolean): string {
  const { schema, files, name, filename } = table;
  const columns = tableColumns(schema);
  const empty = columns.map((column) => `CAST(NULL AS ${column.duckdbType}) AS ${quoteIdentifier(column.name)}`);
  const replaced = [
    ...columns
      .filter(({ duckdbType }) => duckdbType.startsWith('TIMESTAMP'))
      .map(
        (column) => `CAST(${quoteIdentifier(column.name)} AS ${column.duckdbType}) AS ${quoteIdentifier(column.name)}`,
      ),
    ...twiceEncodedKeys(table).map((key) => `url_decode(${quoteIdentifier(key)}) AS ${quoteIdentifier(key)}`),
  ];
  const list = `SELECT *${replaced.length === 0 ? '' : ` REPLACE (${replaced.join(', ')})`} FROM (`;
  const keys = schema.partitionKeys.filter((key) => filename === null || !sameName(key.name, filename));
  const options = [
    'union_by_name = true',
    `hive_partitioning = ${keys.length > 0}`,
    ...(keys.length > 0
      ? [`hive_types = {${keys.map((key) => `${quoteLiteral(key.name)}: ${partitionColumnType(key)}`).join(', ')}}`]
      : []),
    ...(filename === null ? [] : [`filename = ${filename === 'filename' ? 'true' : quoteLiteral(filename)}`]),
  ];
  const read = [
    '  UNION ALL BY NAME',
    '  SELECT * FROM read_parquet([',
    ...fileLines(table, abbreviated),
    `  ], ${options.join(', ')})`,
  ];
  return [
    `CREATE OR REPLACE TEMP VIEW ${quoteIdentifier(name)} AS`,
    list,
    '  -- every column of the lake, also those that these files lack',
    `  SELECT ${empty.join(', ')} WHERE false`,
    ...(files.length === 0 ? [] : read),
    ')',
  ].join('\n');
}

function fileLines({ root, files }: NativeTable, abbreviated: boolean): string[] {
  const place = nativePlace(root);
  const lines = files.map((key, index) => `    ${addressLiteral(place, key)}${index < files.length - 1 ? ',' : ''}`);
  if (!abbreviated || lines.length <= SHOWN_FILES + 1) return lines;
  const left = lines.length - SHOWN_FILES;
  return [...lines.slice(0, SHOWN_FILES - 1), `    -- … ${left} more files …`, ...lines.slice(-1)];
}

function addressLiteral(place: NativePlace, key: string): string {
  if (place.kind === 'http') return quoteLiteral(place.prefix + key.split('/').map(encodeSegment).join('/'));
  return quoteLiteral(escapeGlob(place.prefix + key));
}

function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replaceAll('%3D', '=');
}

/** Over HTTP a folder's escaped text is escaped once more in the address, and DuckDB undoes only that. */
function twiceEncodedKeys({ root, files, schema, filename }: NativeTable): string[] {
  if (nativePlace(root).kind !== 'http' || !files.some((key) => key.includes('%'))) return [];
  return schema.partitionKeys.flatMap(({ name, type }) => (type === 'text' && name !== filename ? name : []));
}
