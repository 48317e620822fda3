import { InvalidArgumentError } from 'commander';

/** When received messages are filed: after so long, or as soon as there are so many, whichever comes first. */
export interface FlushRule {
  milliseconds: number;
  messages: number;
}

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The longest that Node's timers can wait. */
const MOST_MS = 2 ** 31 - 1;

/**
 * Reads `500ms`, `60s`, `10m`, `2h` or `1d` as milliseconds.
 * @throws InvalidArgumentError
 */
export function parseDuration(text: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? [];
  const milliseconds = Number(number) * (UNITS[unit] ?? 0);
  if (milliseconds <= 0 || milliseconds > MOST_MS) {
    throw new InvalidArgumentError('Write a time such as 500ms, 60s, 10m, 2h or 1d, of at most 24 days.');
  }
  return milliseconds;
}

/**
 * Reads a time such as `60s`, or a number of messages, which then are filed after a minute at the latest.
 * @throws InvalidArgumentError
 */
export function parseFlushRule(text: string): FlushRule {
  if (!/^\d+$/.test(text)) return { milliseconds: parseDuration(text), messages: Number.POSITIVE_INFINITY };
  if (Number(text) === 0) throw new InvalidArgumentError('Write a time such as 60s, or how many messages, at least 1.');
  return { milliseconds: 60_000, messages: Number(text) };
}
