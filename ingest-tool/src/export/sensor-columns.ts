import type { StationDescription } from '@tidelake/lake-format';
import { StringDictionary } from '../decode/string-dictionary';
import { allocateValues, fillNull, NULL_BIGINT, type ColumnValues, type RowColumn } from '../rows/column-values';
import { EXIT, ToolError } from '../tool-error';
import { shortDecimal } from './cell-buffer';
import type { ExportPlan } from './export-plan';
import type { ExportRows } from './export-rows';
import { sensorName } from './sensors-table';

/** Where a value goes: the column of its sensor and, where the lake has flags of it, the one beside. */
interface Target {
  value: number;
  flag: number | undefined;
}

/**
 * A column for each sensor: a variable, of one device where a station has several. A line is a time of a station; where a
 * device has several values at one time, as at several depths, there are as many lines.
 */
export class SensorColumns {
  readonly columns: RowColumn[];
  readonly #plan: ExportPlan;
  readonly #places = new Map<string, number>();

  constructor(plan: ExportPlan) {
    this.#plan = plan;
    this.columns = [
      { name: 'station', type: 'text', role: 'about', dictionary: new StringDictionary() },
      { name: 'time', type: 'timestamp', role: 'time', dictionary: undefined },
    ];
    const flags = new Set(plan.columns.filter(({ role }) => role === 'flag').map(({ name }) => name));
    for (const station of plan.stations) {
      for (const device of station.devices.length === 0 ? [''] : station.devices.map(({ id }) => id)) {
        for (const variable of plan.variables) {
          if (variable.type === 'text' || this.#places.has(sensorName(plan, station, device, variable.name))) continue;
          const name = sensorName(plan, station, device, variable.name);
          this.#places.set(name, this.columns.length);
          const type = variable.type === 'float' ? 'float' : variable.type === 'bigint' ? 'bigint' : 'double';
          this.columns.push({ ...variable, name, type, dictionary: undefined });
          if (!flags.has(`${variable.name}_qc`)) continue;
          this.columns.push({ name: `${name}_qc`, type: 'integer', role: 'flag', dictionary: undefined });
        }
      }
    }
  }

  /**
   * Puts rows of the same time into one line.
   * @throws ToolError where a station has a device that the lake does not name
   */
  async *rows(rows: AsyncIterable<ExportRows>): AsyncGenerator<ExportRows> {
    const stations = new Map(this.#plan.stations.map((station) => [station.id, station]));
    for await (const batch of rows) {
      const id = batch.values[0] instanceof Int32Array ? (batch.values[0][0] ?? -1) : -1;
      const name = id < 0 ? '' : batch.columns[0]?.dictionary?.textOf(id);
      const times = batch.values[batch.columns.findIndex(({ role }) => role === 'time')];
      if (name === undefined || batch.count === 0 || !(times instanceof Float64Array)) continue;
      yield this.#batch(batch, times, stations.get(name) ?? { id: name, devices: [] });
    }
  }

  #batch(batch: ExportRows, times: Float64Array, station: StationDescription): ExportRows {
    const deviceAt = batch.columns.findIndex(({ role }) => role === 'device');
    const devices = batch.values[deviceAt];
    const { lines, count } = linesOf(times, devices, batch.count);
    const values = this.columns.map(({ type }) => {
      const own = allocateValues(type, count);
      fillNull(own, 0, count);
      return own;
    });
    const [stationIds, lineTimes] = values;
    const stationId = station.id === '' ? -1 : this.columns[0]?.dictionary?.internText(station.id);
    if (stationIds instanceof Int32Array) stationIds.fill(stationId ?? -1);
    for (let row = 0; row < batch.count; row++) {
      if (lineTimes instanceof Float64Array) lineTimes[lines[row] ?? 0] = times[row] ?? Number.NaN;
    }
    const deviceOf = deviceNames(batch.columns[deviceAt], devices);
    batch.columns.forEach((column, index) => {
      const from = batch.values[index];
      if (column.role !== 'variable' || column.type === 'text' || from === undefined) return;
      const flags = batch.values[batch.columns.findIndex(({ name }) => name === `${column.name}_qc`)];
      const targets = new Map<string, Target>();
      for (let row = 0; row < batch.count; row++) {
        const device = deviceOf(row);
        let target = targets.get(device);
        if (target === undefined) targets.set(device, (target = this.#target(station, device, column.name)));
        copyValue(from, row, values[target.value], lines[row] ?? 0);
        const into = target.flag === undefined ? undefined : values[target.flag];
        if (flags !== undefined) copyValue(flags, row, into, lines[row] ?? 0);
      }
    });
    return { count, columns: this.columns, values };
  }

  #target(station: StationDescription, device: string, variable: string): Target {
    const value = this.#places.get(sensorName(this.#plan, station, device, variable));
    if (value === undefined || (station.devices.length > 0 && !station.devices.some(({ id }) => id === device))) {
      throw new ToolError(
        EXIT.input,
        `${station.id} has rows of the device ${device}, which the lake does not name among its devices`,
        'Use --form tidy or --form wide, which need not know all sensors beforehand.',
      );
    }
    return { value, flag: this.columns[value + 1]?.role === 'flag' ? value + 1 : undefined };
  }
}

/** The line of each row: the next one wherever the time changes, or the device has been in this one already. */
function linesOf(
  times: Float64Array,
  devices: ColumnValues | undefined,
  rows: number,
): { lines: Uint32Array; count: number } {
  const lines = new Uint32Array(rows);
  const seen = new Map<number | bigint, number>();
  let [first, next] = [0, 0];
  for (let row = 0; row < rows; row++) {
    if (row === 0 || times[row] !== times[row - 1]) {
      first = next;
      seen.clear();
    }
    const device = devices?.[row] ?? -1;
    const before = seen.get(device) ?? 0;
    seen.set(device, before + 1);
    lines[row] = first + before;
    next = Math.max(next, first + before + 1);
  }
  return { lines, count: next };
}

function deviceNames(column: RowColumn | undefined, devices: ColumnValues | undefined): (row: number) => string {
  const dictionary = column?.dictionary;
  return (row) => {
    const id = devices?.[row];
    if (id === undefined || id === -1 || id === NULL_BIGINT || Number.isNaN(id)) return '';
    return dictionary === undefined ? String(id) : dictionary.textOf(Number(id));
  };
}

/** A float among doubles is the decimal it is written as, not what its bits are. */
function copyValue(from: ColumnValues, row: number, to: ColumnValues | undefined, line: number): void {
  const value = from[row];
  if (to === undefined || value === undefined) return;
  if (to instanceof BigInt64Array) to[line] = typeof value === 'bigint' ? value : NULL_BIGINT;
  else if (typeof value === 'bigint') to[line] = value === NULL_BIGINT ? Number.NaN : Number(value);
  else to[line] = from instanceof Float32Array && to instanceof Float64Array ? shortDecimal(value) : value;
}
