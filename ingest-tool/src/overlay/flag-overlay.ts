import { qartodColumn } from '../check/qartod-column';
import type { ColumnValues, RowColumn } from '../rows/column-values';
import { isNanColumn } from '../rows/nan-column';
import type { EntryTally } from './entry-tally';
import { namePattern } from './name-pattern';
import type { OverlaidRows } from './overlaid-rows';
import type { FlagRule, OverlayRules } from './overlay';

/**
 * Sets flags as an overlay says, the last entry winning over those before it and over what was there. A column of flags is
 * added where a row gets one; of the other rows it is null.
 * @param kept rows to flag
 * @returns names of the columns that entries are about
 * @throws Error where a column of that name is no number
 */
export function flagRows(
  rows: OverlaidRows,
  kept: Uint32Array,
  flags: OverlayRules['flags'],
  tally: EntryTally,
): string[] {
  /** For each variable, the place in `flags` of the entry that wins, for each kept row; -1 where none is about it. */
  const winners = new Map<string, Int32Array>();
  flags.forEach(({ entry, rule }, place) => {
    const variables = variablesOf(rule, rows.columns);
    if (variables.length === 0) return;
    const isAbout = matcher(rule, rows);
    const targets = variables.map((name) => winners.get(name) ?? new Int32Array(kept.length).fill(-1));
    let matched = 0;
    kept.forEach((row, index) => {
      if (!isAbout(row)) return;
      matched++;
      for (const target of targets) target[index] = place;
    });
    if (matched === 0) return;
    tally.add(entry, matched, 0);
    variables.forEach((name, index) => winners.set(name, targets[index] ?? new Int32Array(0)));
  });
  for (const [variable, winner] of winners) {
    const { column, values } = rows.ensure(qartodColumn(variable));
    requireNumbers(column);
    winner.forEach((place, index) => {
      const won = flags[place];
      if (won !== undefined && setFlag(values, kept[index] ?? 0, won.rule.flag)) tally.add(won.entry, 0, 1);
    });
  }
  return [...winners.keys()].map((variable) => qartodColumn(variable).name);
}

/** Variables that rows have and that a rule names; `position` and `time` where they have flags already. */
function variablesOf({ variables }: FlagRule, columns: readonly RowColumn[]): string[] {
  const measured = columns
    .filter((column) => column.role === 'variable' && !isNanColumn(column))
    .map(({ name }) => name);
  const named = variables.filter(
    (name) => measured.includes(name) || columns.some(({ name: own, role }) => role === 'flag' && own === `${name}_qc`),
  );
  return [...new Set(variables.includes('*') ? [...measured, ...named] : named)];
}

function matcher({ devices: patterns, from, until, depth }: FlagRule, rows: OverlaidRows): (row: number) => boolean {
  const times = rows.times();
  const devices = rows.devices();
  const isDevice = patterns === undefined ? undefined : namePattern(patterns);
  const known = new Map<number, boolean>();
  const depths = rows.find(({ role }) => role === 'depth')?.values;
  return (row) => {
    const time = times[row] ?? Number.NaN;
    // A row without a time is in no time, unless all times are meant.
    if (!(time >= from && time < until) && !(Number.isNaN(time) && from === -Infinity && until === Infinity))
      return false;
    if (depth !== undefined) {
      const own = Number(depths?.[row] ?? Number.NaN);
      if (!(own >= depth[0] && own <= depth[1])) return false;
    }
    if (isDevice === undefined) return true;
    if (devices === undefined) return isDevice('');
    const device = devices.numbers[row] ?? -1;
    let isOne = known.get(device);
    if (isOne === undefined) known.set(device, (isOne = isDevice(devices.textOf(device))));
    return isOne;
  };
}

function requireNumbers({ name, type }: RowColumn): void {
  if (['integer', 'bigint', 'float', 'double'].includes(type)) return;
  throw new Error(`its column ${name} is ${type}, so the overlay cannot write flags to it`);
}

/** @returns whether it was another flag */
function setFlag(values: ColumnValues, row: number, flag: number): boolean {
  if (values instanceof BigInt64Array) {
    const isOther = values[row] !== BigInt(flag);
    values[row] = BigInt(flag);
    return isOther;
  }
  const isOther = values[row] !== flag;
  values[row] = flag;
  return isOther;
}
