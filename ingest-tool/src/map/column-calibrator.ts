import type { StringDictionary } from '../decode/string-dictionary';
import { calibrationAt, calibrationName, polynomialAt, type Calibration, type CalibrationLookup } from './calibration';
import type { CalibrationLog } from './calibration-log';
import type { LinearScale } from './source-scale';

/** A device's calibrations of one column, each with its number in the log. */
interface DeviceCalibrations {
  calibrations: readonly Calibration[];
  logged: readonly number[];
}

/** Calibrates one column of a batch by each row's device and time, then converts it to the unit of the lake. */
export class ColumnCalibrator {
  readonly #column: string;
  readonly #lookup: CalibrationLookup;
  readonly #devices: StringDictionary;
  readonly #unit: LinearScale;
  readonly #log: CalibrationLog;
  readonly #known = new Map<number, DeviceCalibrations>();

  constructor(
    column: string,
    lookup: CalibrationLookup,
    devices: StringDictionary,
    unit: LinearScale,
    log: CalibrationLog,
  ) {
    this.#column = column;
    this.#lookup = lookup;
    this.#devices = devices;
    this.#unit = unit;
    this.#log = log;
  }

  /**
   * Calibrates values in place; a value that no calibration holds for is only converted.
   * @param values in the unit of the message, NaN for null
   * @param times UTC microseconds
   * @param devices numbers of the devices
   * @returns how many values are no finite number any more, and became null
   */
  apply(values: Float64Array, times: Float64Array, devices: Int32Array, count: number): number {
    const { scale, offset } = this.#unit;
    let bad = 0;
    for (let index = 0; index < count; index++) {
      let value = values[index] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      const { calibrations, logged } = this.#of(devices[index] ?? 0);
      const at = calibrationAt(calibrations, times[index] ?? Number.NaN);
      const calibration = calibrations[at];
      if (calibration !== undefined) {
        value = polynomialAt(calibration.coefficients, value);
        this.#log.note(index, logged[at] ?? 0);
      }
      value = value * scale + offset;
      if (!Number.isFinite(value)) bad++;
      values[index] = Number.isFinite(value) ? value : Number.NaN;
    }
    return bad;
  }

  #of(device: number): DeviceCalibrations {
    let known = this.#known.get(device);
    if (known === undefined) {
      const calibrations = this.#lookup(this.#devices.textOf(device), this.#column);
      known = { calibrations, logged: calibrations.map((each) => this.#log.numberOf(calibrationName(each))) };
      this.#known.set(device, known);
    }
    return known;
  }
}
