import { curlCode } from './curl-code';
import { nativePlace, nativeViewSql, type NativeTable } from './native-table';
import { quoteLiteral } from './sql-identifier';

/** A query with what it takes to ask it elsewhere. */
export interface NativeQuery {
  /** In their order; the last one gives the answer. */
  statements: string[];
  tables: NativeTable[];
}

/** What it can be asked in: DuckDB's own command line, or the languages most of its users work in; `curl` only fetches its files. */
export type NativeLanguage = 'sql' | 'python' | 'r' | 'curl';

/**
 * A program that asks a query of native DuckDB and gets the page's answer. It holds no credentials.
 * @param abbreviated leaves most files out, for looking at
 */
export function nativeCode(query: NativeQuery, language: NativeLanguage, abbreviated = false): string {
  const setup = setupStatements(query, abbreviated);
  switch (language) {
    case 'sql':
      return [...notes(query, '--'), ...[...setup, ...query.statements].map(terminated), ''].join('\n');
    case 'python':
      return pythonCode(query, setup);
    case 'r':
      return rCode(query, setup);
    case 'curl':
      return curlCode(query.tables, abbreviated);
  }
}

function setupStatements({ tables }: NativeQuery, abbreviated: boolean): string[] {
  const places = tables.map(({ root }) => nativePlace(root));
  const isRemote = places.some(({ kind }) => kind !== 'local');
  const regions = new Set(places.flatMap((place) => (place.kind === 's3' ? (place.region ?? 'us-east-1') : [])));
  return [
    ...(isRemote ? ['INSTALL httpfs', 'LOAD httpfs'] : []),
    ...[...regions].slice(0, 1).map((region) => `SET s3_region = ${quoteLiteral(region)}`),
    // Times in the page are UTC without a zone.
    `SET TimeZone = 'UTC'`,
    ...tables.map((table) => nativeViewSql(table, abbreviated)),
  ];
}

function notes({ tables }: NativeQuery, sign: string): string[] {
  const places = tables.map(({ root }) => nativePlace(root));
  const files = tables.reduce((sum, table) => sum + table.files.length, 0);
  const isPrivate = 'if the bucket is private: CREATE SECRET (TYPE s3, PROVIDER credential_chain)';
  return [
    `The same question for DuckDB 1.4 or later, over ${files} ${files === 1 ? 'file' : 'files'}.`,
    ...(places.some(({ kind }) => kind === 's3') ? [`Before it, ${isPrivate}`] : []),
    ...(places.some(({ kind }) => kind === 'local') ? ['Run it in the folder that holds the lake’s folder.'] : []),
  ].map((line) => `${sign} ${line}`);
}

/** A comment at the end of a statement would hide the semicolon. */
function terminated(statement: string): string {
  return `${statement.trimEnd()}${/--[^\n]*$/.test(statement.trimEnd()) ? '\n' : ''};`;
}

function pythonCode(query: NativeQuery, setup: string[]): string {
  const before = [...setup, ...query.statements.slice(0, -1)];
  return [
    ...notes(query, '#'),
    '# pip install duckdb pandas',
    'import duckdb',
    '',
    'con = duckdb.connect()',
    ...before.map((statement) => `con.execute(${pythonText(statement)})`),
    `answer = con.execute(${pythonText(query.statements.at(-1) ?? '')}).df()`,
    'print(answer)',
    '',
  ].join('\n');
}

function pythonText(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\r', '\\r').replaceAll('\0', '\\0');
  return text.includes('\n') ? `"""\n${escaped}\n"""` : `"${escaped}"`;
}

function rCode(query: NativeQuery, setup: string[]): string {
  const before = [...setup, ...query.statements.slice(0, -1)];
  return [
    ...notes(query, '#'),
    '# install.packages(c("DBI", "duckdb"))',
    'library(DBI)',
    '',
    'con <- dbConnect(duckdb::duckdb(), timezone_out = "UTC")',
    ...before.map((statement) => `invisible(dbExecute(con, ${rText(statement)}))`),
    `answer <- dbGetQuery(con, ${rText(query.statements.at(-1) ?? '')})`,
    'print(answer)',
    '',
  ].join('\n');
}

/** A raw string, whose end the text does not hold. */
function rText(text: string): string {
  let dashes = '';
  while (text.includes(`)${dashes}"`)) dashes += '-';
  return text.includes('\n') ? `r"${dashes}(\n${text}\n)${dashes}"` : `r"${dashes}(${text})${dashes}"`;
}
