/** How an SQL dialect writes names and texts. */
export interface Quoting {
  /** One identifier, whatever characters are in it. */
  name(text: string): string;
  /** A string literal. */
  text(text: string): string;
}

/** Standard SQL: the quote inside is doubled, nothing else is special. DuckDB and Trino. */
export const STANDARD: Quoting = {
  name: (text) => `"${text.replaceAll('"', '""')}"`,
  text: (text) => `'${text.replaceAll("'", "''")}'`,
};

/** Hive's family: a backtick in a name is doubled, a text takes backslash escapes. Spark and Athena. */
export const HIVE: Quoting = {
  name: (text) => `\`${text.replaceAll('`', '``')}\``,
  text: (text) => `'${escaped(text, "'")}'`,
};

/** Backslash escapes in names and texts alike. ClickHouse and BigQuery. */
export const BACKSLASH: Quoting = {
  name: (text) => `\`${escaped(text, '`')}\``,
  text: (text) => `'${escaped(text, "'")}'`,
};

const ESCAPES: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escaped(text: string, quote: string): string {
  return Array.from(text, (character) => (character === quote ? `\\${quote}` : (ESCAPES[character] ?? character))).join(
    '',
  );
}

/** A dotted name such as `catalog.schema.table`, each part quoted. */
export function qualifiedName(parts: readonly string[], quoting: Quoting): string {
  return parts.map((part) => quoting.name(part)).join('.');
}

/** Lines of `--` comments; a text with line breaks cannot end one early. */
export function remarks(...texts: readonly string[]): string {
  return texts.map((text) => `-- ${text.replaceAll(/\s+/g, ' ').trim()}\n`).join('');
}
