import { z } from 'zod';
import type { StringDictionary } from '../decode/string-dictionary';
import { instant } from '../instant';
import { namePattern } from '../overlay/name-pattern';
import type { NumberSource } from './number-source';
import type { TextSource } from './text-source';

/** A clock that is known to be wrong: of devices whose id fits a pattern, between two instants of that clock. */
export const clockRule = z.strictObject({
  device: z.string().min(1),
  /** What has to be added to its times, in seconds. */
  addSeconds: z.number(),
  validFrom: instant.optional(),
  validTo: instant.optional(),
});

export type ClockRule = z.infer<typeof clockRule>;

/** Times of devices' clocks, put right; the first rule that holds counts. */
export function correctedTimes(times: NumberSource, device: TextSource, clocks: readonly ClockRule[]): NumberSource {
  const rules = clocks.map((rule) => ({ ...rule, fits: namePattern([rule.device]) }));
  const known: (readonly ClockRule[])[] = [];
  return (batch, rows, rowCount, into) => {
    const bad = times(batch, rows, rowCount, into);
    for (let index = 0; index < rowCount; index++) {
      const id = device.idAt(batch, rows[index] ?? 0);
      const time = into[index] ?? NaN;
      if (id < 0 || Number.isNaN(time)) continue;
      const own = (known[id] ??= rulesOf(id, device.dictionary, rules));
      const rule = own.find(({ validFrom = -Infinity, validTo = Infinity }) => time >= validFrom && time < validTo);
      if (rule !== undefined) into[index] = time + Math.round(rule.addSeconds * 1e6);
    }
    return bad;
  };
}

function rulesOf(
  id: number,
  dictionary: StringDictionary,
  rules: readonly (ClockRule & { fits: (name: string) => boolean })[],
): readonly ClockRule[] {
  const name = dictionary.textOf(id);
  return rules.filter(({ fits }) => fits(name));
}
