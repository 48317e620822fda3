import { LakeError } from '../lake/lake-error';
import { isWord, textValue } from './script-tokens';
import type { ScriptToken } from './script-tokens';

/** What `read_parquet` is told besides addresses. */
export interface SourceOptions {
  /** Whether `key=value` folders become columns; `auto` where all files have the same ones. */
  hivePartitioning: boolean | 'auto';
  /** Types of folders by their keys, in upper case; the others are found out. */
  hiveTypes: Record<string, string>;
  /** Whether types of folders are found out; they are text otherwise. */
  hiveAutocast: boolean;
  /** The column that names each row's file; null for none. */
  filename: string | null;
}

/** A place in a script that names files to read: `read_parquet('…')`, or `'….parquet'` where a table is expected. */
export interface TableSource {
  /** Character offsets. */
  start: number;
  end: number;
  addresses: string[];
  options: SourceOptions;
}

const FUNCTIONS = ['READ_PARQUET', 'PARQUET_SCAN'];
const BEFORE_TABLE = ['FROM', 'JOIN', 'SUMMARIZE', 'DESCRIBE', 'PIVOT', 'UNPIVOT'];
/** Words that end a list of tables. */
const AFTER_TABLES = [
  ...['SELECT', 'WHERE', 'GROUP', 'ORDER', 'HAVING', 'LIMIT', 'OFFSET', 'QUALIFY', 'WINDOW', 'UNION', 'EXCEPT'],
  ...['INTERSECT', 'VALUES', 'RETURNING', 'SET', 'USING'],
];

/**
 * Finds what a script reads from addresses.
 * @throws LakeError `unsupported`, with its place, where an address is no plain text or an option is not known here
 */
export function findTableSources(tokens: readonly ScriptToken[]): TableSource[] {
  const sources: TableSource[] = [];
  /** For each open bracket, whether a comma in it separates tables. */
  const brackets = [false];
  tokens.forEach((token, index) => {
    const before = tokens[index - 1];
    const top = brackets.length - 1;
    if (isWord(token, '(', '[', '{')) brackets.push(false);
    else if (isWord(token, ')', ']', '}') && top > 0) brackets.pop();
    else if (isWord(token, 'FROM')) brackets[top] = !isWord(before, 'DISTINCT');
    else if (isWord(token, ...AFTER_TABLES)) brackets[top] = false;
    if (token.kind === 'identifier' && isWord(token, ...FUNCTIONS) && isWord(tokens[index + 1], '(')) {
      sources.push(readCall(tokens, index));
      return;
    }
    const address = textValue(token);
    if (address === undefined || !/\.parquet(\?[^/]*)?$/i.test(address)) return;
    const isTable = isWord(before, ...BEFORE_TABLE) || (isWord(before, ',') && brackets[top] === true);
    if (isTable && !(isWord(before, 'FROM') && isWord(tokens[index - 2], 'DISTINCT'))) {
      sources.push({ start: token.start, end: token.end, addresses: [address], options: defaultOptions() });
    }
  });
  return sources;
}

function defaultOptions(): SourceOptions {
  return { hivePartitioning: 'auto', hiveTypes: {}, hiveAutocast: true, filename: null };
}

function readCall(tokens: readonly ScriptToken[], name: number): TableSource {
  const open = name + 2;
  const close = closingBracket(tokens, open);
  const parts = splitAtCommas(tokens.slice(open, close));
  const options = defaultOptions();
  for (const part of parts.slice(1)) readOption(part, options);
  return {
    start: tokens[name]?.start ?? 0,
    end: tokens[close]?.end ?? 0,
    addresses: readAddresses(parts[0] ?? [], tokens[name]),
    options,
  };
}

/** @returns the index of the bracket that closes the one before `from` */
function closingBracket(tokens: readonly ScriptToken[], from: number): number {
  let depth = 1;
  for (let index = from; index < tokens.length; index++) {
    if (isWord(tokens[index], '(', '[', '{')) depth++;
    else if (isWord(tokens[index], ')', ']', '}') && --depth === 0) return index;
  }
  throw unsupported('The brackets of read_parquet are not closed.', tokens[from - 2], 'Close them.');
}

function splitAtCommas(tokens: readonly ScriptToken[]): ScriptToken[][] {
  const parts: ScriptToken[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (isWord(token, '(', '[', '{')) depth++;
    else if (isWord(token, ')', ']', '}')) depth--;
    if (depth === 0 && isWord(token, ',')) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

function readAddresses(part: ScriptToken[], name: ScriptToken | undefined): string[] {
  const [first] = part;
  const isList = isWord(first, '[') && isWord(part.at(-1), ']');
  const items = isList ? splitAtCommas(part.slice(1, -1)).filter(({ length }) => length > 0) : [part];
  return items.map((item) => {
    const address = item.length === 1 ? textValue(item[0]) : undefined;
    if (address !== undefined) return address;
    throw unsupported(
      'An address in read_parquet is not written out as text.',
      item[0] ?? first ?? name,
      "Write it between single quotes, or as a list of such: read_parquet(['…', '…']).",
    );
  });
}

function readOption(part: ScriptToken[], options: SourceOptions): void {
  const [name, sign, ...value] = part;
  if (!name || !isWord(sign, '=', ':=', '=>')) {
    throw unsupported('read_parquet takes one address, or a list of them, and named options.', name, OPTION_ADVICE);
  }
  switch (name.text.toLowerCase().replaceAll('"', '')) {
    case 'hive_partitioning':
      options.hivePartitioning = isAuto(value) ? 'auto' : readBoolean(name, value);
      return;
    case 'hive_types_autocast':
      options.hiveAutocast = readBoolean(name, value);
      return;
    case 'hive_types':
      options.hiveTypes = readTypes(name, value);
      return;
    case 'union_by_name':
      // Files are always united by name; what native DuckDB would refuse without it is read here all the same.
      readBoolean(name, value);
      return;
    case 'filename': {
      const column = textValue(value[0]);
      const isName = column !== undefined && !/^(true|false)$/i.test(column);
      options.filename = isName ? column : readBoolean(name, value) ? 'filename' : null;
      return;
    }
    default:
      throw unsupported(`read_parquet takes no option ${name.text} here.`, name, OPTION_ADVICE);
  }
}

const OPTION_ADVICE =
  'Leave it out; hive_partitioning, hive_types, hive_types_autocast, union_by_name and filename are known.';

function isAuto([value]: ScriptToken[]): boolean {
  return textValue(value)?.toLowerCase() === 'auto' || isWord(value, 'AUTO', 'NULL');
}

function readBoolean(name: ScriptToken, value: ScriptToken[]): boolean {
  const word = (textValue(value[0]) ?? value[0]?.text ?? '').toLowerCase();
  if (value.length === 1 && ['true', '1', 't', 'yes'].includes(word)) return true;
  if (value.length === 1 && ['false', '0', 'f', 'no'].includes(word)) return false;
  throw unsupported(`The option ${name.text} is true or false.`, name, 'Write true or false.');
}

function readTypes(name: ScriptToken, value: ScriptToken[]): Record<string, string> {
  if (!isWord(value[0], '{') || !isWord(value.at(-1), '}')) {
    throw unsupported(
      'hive_types is not a struct.',
      name,
      "Write it so: hive_types = {'year': BIGINT, 'site': VARCHAR}.",
    );
  }
  const parts = splitAtCommas(value.slice(1, -1)).filter(({ length }) => length > 0);
  return Object.fromEntries(
    parts.map(([key, , ...type]) => [
      textValue(key) ?? (key?.text ?? '').replace(/^"(.*)"$/, '$1'),
      type
        .map((token) => textValue(token) ?? token.text)
        .join(' ')
        .toUpperCase(),
    ]),
  );
}

function unsupported(message: string, place: ScriptToken | undefined, advice: string): LakeError {
  return new LakeError({ code: 'unsupported', message, advice, ...(place && { position: place.start }) });
}
