import { StringDictionary } from '../decode/string-dictionary';
import { calibrationAt, calibrationName, indexCalibrations, polynomialAt, type Calibration } from '../map/calibration';
import { CALIBRATION_COLUMN, CALIBRATION_SEPARATOR, calibrationColumn } from '../map/calibration-log';
import type { ColumnValues, RowColumn } from '../rows/column-values';
import type { EntryTally } from './entry-tally';
import type { OverlaidRows } from './overlaid-rows';
import type { OverlayRules } from './overlay';

/** What became of a row's value: nothing, or an entry's number times 2, plus 1 where it was changed now. */
type Outcome = Int32Array;

/**
 * Calibrates values of a lake in their own unit. What a row's `calibration_id` names was applied before and is not applied
 * again; where it names calibrations that the overlay does not, nobody can tell of which column, and the row stays as it is.
 */
export class CalibrationOverlay {
  readonly #entries: ReadonlyMap<Calibration, number>;
  readonly #lookup: ReturnType<typeof indexCalibrations>;
  /** Variables by the names of their calibrations, for each device. */
  readonly #variables = new Map<string, Map<string, string>>();
  readonly #outcomes: Outcome[] = [];
  #foreign: Uint8Array = new Uint8Array(0);

  constructor(calibrations: OverlayRules['calibrations']) {
    this.#entries = new Map(calibrations.map(({ entry, calibration }) => [calibration, entry]));
    this.#lookup = indexCalibrations(this.#entries.keys());
    for (const calibration of this.#entries.keys()) {
      const own = this.#variables.get(calibration.device) ?? new Map<string, string>();
      this.#variables.set(calibration.device, own.set(calibrationName(calibration), calibration.variable));
    }
  }

  /**
   * Changes values in place, and notes what was applied beside them.
   * @throws Error where a calibration makes no finite number of a value
   */
  apply(rows: OverlaidRows): void {
    const devices = rows.devices();
    if (this.#entries.size === 0 || devices === undefined) return;
    this.#foreign = new Uint8Array(rows.count);
    const times = rows.times();
    const before = appliedBefore(rows);
    for (const [index, column] of rows.columns.entries()) {
      const values = rows.values[index];
      if (values === undefined || !this.#isCalibrated(column)) continue;
      const outcome = new Int32Array(rows.count).fill(-1);
      this.#outcomes.push(outcome);
      const known = new Map<number, readonly Calibration[]>();
      for (let row = 0; row < rows.count; row++) {
        const device = devices.numbers[row] ?? -1;
        let own = known.get(device);
        if (own === undefined) known.set(device, (own = this.#lookup(devices.textOf(device), column.name)));
        const calibration = own[calibrationAt(own, times[row] ?? Number.NaN)];
        if (calibration === undefined || Number.isNaN(values[row])) continue;
        const entry = this.#entries.get(calibration) ?? 0;
        const state = this.#stateOf(calibration, before(row));
        if (state === 'applied') outcome[row] = entry * 2;
        if (state === 'foreign') this.#foreign[row] = 1;
        if (state !== 'raw') continue;
        setCalibrated(values, row, calibration, column);
        outcome[row] = entry * 2 + 1;
        note(rows, row, calibrationName(calibration));
      }
    }
  }

  /**
   * Counts what was done to some of the rows.
   * @returns how many of them were calibrated by what the overlay does not name
   */
  count(kept: Uint32Array, tally: EntryTally): number {
    let foreign = 0;
    for (const row of kept) {
      foreign += this.#foreign[row] ?? 0;
      for (const outcome of this.#outcomes) {
        const own = outcome[row] ?? -1;
        if (own >= 0) tally.add(own >> 1, 1, own & 1);
      }
    }
    return foreign;
  }

  #isCalibrated({ name, role, type }: RowColumn): boolean {
    const isMeant = [...this.#entries.keys()].some(({ variable }) => variable === name);
    return isMeant && role === 'variable' && (type === 'double' || type === 'float');
  }

  #stateOf(calibration: Calibration, names: readonly string[]): 'raw' | 'applied' | 'foreign' {
    const { device, variable } = calibration;
    if (names.includes(calibrationName(calibration))) return 'applied';
    const known = this.#variables.get(device);
    const isForeign = names.some((name) => known?.get(name) === undefined || known.get(name) === variable);
    return isForeign ? 'foreign' : 'raw';
  }
}

/** Names of what was applied to a row before. */
function appliedBefore(rows: OverlaidRows): (row: number) => readonly string[] {
  const noted = rows.find(({ name }) => name === CALIBRATION_COLUMN);
  if (noted === undefined) return () => [];
  const { column, values } = noted;
  const { dictionary } = column;
  if (dictionary === undefined || !(values instanceof Int32Array)) {
    throw new Error(`its column ${CALIBRATION_COLUMN} is ${column.type}, so it is not clear what was calibrated`);
  }
  const known = new Map<number, readonly string[]>([[-1, []]]);
  const before = values.slice();
  return (row) => {
    const number = before[row] ?? -1;
    let names = known.get(number);
    if (names === undefined) known.set(number, (names = dictionary.textOf(number).split(CALIBRATION_SEPARATOR)));
    return names;
  };
}

function setCalibrated(values: ColumnValues, row: number, calibration: Calibration, { name }: RowColumn): void {
  if (values instanceof BigInt64Array) return;
  const value = values[row] ?? Number.NaN;
  const calibrated = polynomialAt(calibration.coefficients, value);
  values[row] = calibrated;
  // A float may overflow where the double did not.
  if (Number.isFinite(values[row])) return;
  throw new Error(`the calibration ${calibrationName(calibration)} makes no finite number of the ${name} ${value}`);
}

function note(rows: OverlaidRows, row: number, name: string): void {
  const noted = rows.find((column) => column.name === CALIBRATION_COLUMN);
  const { column, values } = noted ?? rows.ensure(calibrationColumn({ dictionary: new StringDictionary() }));
  const before = Number(values[row] ?? -1);
  const { dictionary } = column;
  if (dictionary === undefined) return;
  const text = before < 0 ? name : `${dictionary.textOf(before)}${CALIBRATION_SEPARATOR}${name}`;
  values[row] = dictionary.internText(text);
}
