import { LakeError } from '../lake/lake-error';
import { quoteLiteral } from '../lake/sql-identifier';
import type { ScriptToken } from './script-tokens';
import type { TextEdit } from './text-edits';

/** A value for a parameter. Dates are instants, which are UTC in the lake. */
export type ParameterValue = string | number | bigint | boolean | null | Date | ParameterValue[];

/** Values by name (`$from`), or in order (`?`, `$1`). */
export type QueryParameters = Readonly<Record<string, ParameterValue>> | readonly ParameterValue[];

interface Place {
  /** As DuckDB would be told it: a name, or a number from 1. */
  name: string;
  start: number;
  end: number;
}

/**
 * Puts parameters into a script as constants, so that they are planned like any other. `?` are numbered over the whole
 * script.
 * @throws LakeError `bad-sql` where a value is missing, is not used, or cannot be written down
 */
export function bindParameters(tokens: readonly ScriptToken[], parameters: QueryParameters | undefined): TextEdit[] {
  const places = placesIn(tokens);
  const values = new Map(Object.entries(parameters ?? {}));
  const given = Array.isArray(parameters)
    ? new Map([...values].map(([index, value]) => [String(Number(index) + 1), value]))
    : values;
  const used = new Set(places.map(({ name }) => name));
  const idle = [...given.keys()].find((name) => !used.has(name));
  if (idle !== undefined) {
    throw badParameter(`There is no $${idle} in the SQL.`, 'Write it where the value belongs, or leave the value out.');
  }
  return places.map(({ name, start, end }) => {
    const value = given.get(name);
    if (value === undefined) {
      throw badParameter(`The parameter $${name} has no value.`, 'Give a value for each parameter.', start);
    }
    // Blanks keep the constant apart from what stands beside it.
    return { start, end, replacement: ` ${constant(value, name)} ` };
  });
}

function placesIn(tokens: readonly ScriptToken[]): Place[] {
  let counted = 0;
  return tokens.flatMap((token, index) => {
    const { text, start, end } = token;
    if (token.kind !== 'operator') return [];
    const numbered = /^[?$](\d+)$/.exec(text)?.[1];
    if (numbered !== undefined) return [{ name: String(Number(numbered)), start, end }];
    if (text === '?') return [{ name: String(++counted), start, end }];
    const next = tokens[index + 1];
    if (text !== '$' || next?.start !== end || !/^\w+$/u.test(next.text)) return [];
    return [{ name: next.text, start, end: next.end }];
  });
}

function constant(value: ParameterValue, name: string): string {
  if (Array.isArray(value)) return `[${value.map((item) => constant(item, name)).join(', ')}]`;
  if (value === null) return 'NULL';
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw badParameter(`The date of $${name} is not valid.`, 'Give a valid Date.');
    return `TIMESTAMP ${quoteLiteral(value.toISOString().slice(0, -1))}`;
  }
  switch (typeof value) {
    case 'string':
      if (value.includes('\0')) throw badParameter(`$${name} holds a NUL character.`, 'Leave it out.');
      return quoteLiteral(value);
    case 'boolean':
      return value ? 'TRUE' : 'FALSE';
    case 'bigint':
      return `(${value})`;
    case 'number':
      if (Object.is(value, -0)) return `('-0'::DOUBLE)`;
      return Number.isSafeInteger(value) ? `(${value})` : `('${value}'::DOUBLE)`;
    default:
      throw badParameter(
        `$${name} is neither text, number, boolean, Date, list nor null.`,
        'Convert it to one of them.',
      );
  }
}

function badParameter(message: string, advice: string, position?: number): LakeError {
  return new LakeError({ code: 'bad-sql', message, advice, ...(position !== undefined && { position }) });
}
