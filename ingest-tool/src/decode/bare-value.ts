import { DecodeError } from './reading';
import type { FieldValue } from './observation';

const BARE_NUMBER = /^(?!0[xob])([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(?:\s*([^\d\s.,+-][^\s]*(?: [^\s]+)*))?$/i;

/**
 * Reads a payload that is one number, perhaps with its unit behind it (`23.4 °C`), or a truth value. What sensors print
 * when they fail (`nan`, `null`, `unavailable`, nothing) is null.
 * @throws DecodeError for any other text
 */
export function readBareValue(payload: Uint8Array): FieldValue {
  const text = new TextDecoder()
    .decode(payload)
    .replace(/^"(.*)"$/s, '$1')
    .trim();
  if (/^(|nan|null|none|unknown|unavailable|[+-]?inf(inity)?)$/i.test(text)) return { value: null };
  if (/^(true|on)$/i.test(text)) return { value: true };
  if (/^(false|off)$/i.test(text)) return { value: false };
  const [, number, unit] = BARE_NUMBER.exec(text) ?? [];
  if (number === undefined) throw new DecodeError(`"${text.slice(0, 40)}" is not a number`);
  return unit === undefined ? { value: Number(number) } : { value: Number(number), unit };
}
