import { CALIBRATION_COLUMN } from '../map/calibration-log';
import {
  calibrationAt,
  calibrationName,
  indexCalibrations,
  polynomialAt,
  type CalibrationLookup,
} from '../map/calibration';
import type { Mapping } from '../map/mapping';
import { unitScale, type LinearScale } from '../map/source-scale';
import type { ColumnValues, RowColumn } from '../rows/column-values';

/**
 * Applies the calibrations of a mapping to rows of a lake, as ingesting would have: by device and time, in the unit of the
 * instrument. Rows that were calibrated when they were ingested stay as they are.
 */
export class RowCalibrator {
  readonly #lookup: CalibrationLookup;
  readonly #units: ReadonlyMap<string, LinearScale>;

  /** @throws ToolError where a unit of the mapping cannot be converted */
  constructor(mapping: Mapping) {
    this.#lookup = indexCalibrations(mapping.calibrations);
    this.#units = new Map(mapping.columns.map((column) => [column.name, unitScale(column)]));
  }

  /** Changes the values in place. */
  apply(columns: readonly RowColumn[], values: readonly ColumnValues[], count: number): void {
    const at = (role: string): number => columns.findIndex((column) => column.role === role);
    const time = values[at('time')];
    const device = values[at('device')];
    const devices = columns[at('device')]?.dictionary;
    if (!(time instanceof Float64Array) || !(device instanceof Int32Array) || devices === undefined) return;
    const appliedIndex = columns.findIndex(({ name }) => name === CALIBRATION_COLUMN);
    const applied = values[appliedIndex];
    const appliedTexts = columns[appliedIndex]?.dictionary;
    // Ids are noted in the same values, so what was there is remembered first.
    const before = applied instanceof Int32Array ? applied.slice() : undefined;
    columns.forEach(({ name, role }, index) => {
      const own = values[index];
      if (role !== 'variable' || !(own instanceof Float64Array || own instanceof Float32Array)) return;
      const { scale, offset } = this.#units.get(name) ?? { scale: 1, offset: 0 };
      for (let row = 0; row < count; row++) {
        if ((before?.[row] ?? -1) >= 0) continue;
        const calibrations = this.#lookup(devices.textOf(device[row] ?? 0), name);
        const calibration = calibrations[calibrationAt(calibrations, time[row] ?? Number.NaN)];
        const value = own[row] ?? Number.NaN;
        if (calibration === undefined || Number.isNaN(value)) continue;
        own[row] = polynomialAt(calibration.coefficients, (value - offset) / scale) * scale + offset;
        if (!(applied instanceof Int32Array) || appliedTexts === undefined) continue;
        const noted = applied[row] ?? -1;
        const texts = noted < 0 ? [] : appliedTexts.textOf(noted).split('; ');
        applied[row] = appliedTexts.internText([...new Set([...texts, calibrationName(calibration)])].join('; '));
      }
    });
  }
}
