/** A statement of a script: its text without the semicolon, and where it begins, in characters. */
export interface SqlPart {
  sql: string;
  start: number;
}

type Piece = 'text' | 'comment' | 'parameter' | 'end' | 'other';

/** What is one piece of SQL wherever it stands: quoted texts and names, comments, parameters, semicolons, anything else. */
const PIECES =
  /(?<text>'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|\$(?<tag>\w*)\$[\s\S]*?(?:\$\k<tag>\$|$))|(?<comment>--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|\$(?<parameter>[A-Za-z_]\w*)|(?<end>;)|\w+|[^\w]/gu;

function* piecesOf(sql: string): Generator<{ kind: Piece; text: string; start: number }> {
  for (const match of sql.matchAll(PIECES)) {
    const { text, comment, parameter, end } = match.groups ?? {};
    const kind: Piece =
      text !== undefined
        ? 'text'
        : comment !== undefined
          ? 'comment'
          : parameter !== undefined
            ? 'parameter'
            : end !== undefined
              ? 'end'
              : 'other';
    yield { kind, text: parameter ?? match[0], start: match.index };
  }
}

/** The statements of a script; empty ones and such that are only comments are none. */
export function splitSql(sql: string): SqlPart[] {
  const parts: SqlPart[] = [];
  let start: number | undefined;
  const finish = (end: number) => {
    if (start !== undefined) parts.push({ sql: sql.slice(start, end).trimEnd(), start });
    start = undefined;
  };
  for (const piece of piecesOf(sql)) {
    if (piece.kind === 'end') finish(piece.start);
    else if (piece.kind !== 'comment' && piece.text.trim() !== '') start ??= piece.start;
  }
  finish(sql.length);
  return parts;
}

/** Names of the parameters in SQL, such as `from` for `$from`, each once. Those in texts and comments are none. */
export function parameterNames(sql: string): string[] {
  return [...new Set([...piecesOf(sql)].flatMap(({ kind, text }) => (kind === 'parameter' ? text : [])))];
}
