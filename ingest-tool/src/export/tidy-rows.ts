import type { StationDescription } from '@tidelake/lake-format';
import { StringDictionary } from '../decode/string-dictionary';
import { NULL_BIGINT, type ColumnValues, type RowColumn } from '../rows/column-values';
import { shortDecimal } from './cell-buffer';
import type { ExportPlan } from './export-plan';
import type { ExportRows } from './export-rows';
import { sensorName } from './sensors-table';

/** The columns of the tidy form: time, station, sensor, value, and the flag where the lake has flags. */
export function tidyColumns({ columns, variables }: ExportPlan): RowColumn[] {
  const hasFlags = columns.some(
    ({ role, name }) => role === 'flag' && variables.some((own) => `${own.name}_qc` === name),
  );
  const isFloat = variables.every(({ type }) => type === 'float');
  const text = (name: string): RowColumn => ({ name, type: 'text', role: 'about', dictionary: new StringDictionary() });
  return [
    { name: 'time', type: 'timestamp', role: 'time', dictionary: undefined },
    text('station'),
    text('sensor'),
    { name: 'value', type: isFloat ? 'float' : 'double', role: 'variable', dictionary: undefined },
    ...(hasFlags ? [{ name: 'flag', type: 'integer', role: 'flag', dictionary: undefined } as const] : []),
  ];
}

/** A variable of some rows: its values, and its flags where the lake has them. */
interface Readings {
  variable: string;
  values: ColumnValues;
  flags: ColumnValues | undefined;
  /** The sensor's number by the number of the device; -1 first. */
  sensors: number[];
}

/**
 * Takes rows apart into readings: a row for each value that is there. Variables that are texts are left out.
 * @param columns made by {@link tidyColumns}
 */
export async function* tidyRows(
  rows: AsyncIterable<ExportRows>,
  plan: ExportPlan,
  columns: readonly RowColumn[],
): AsyncGenerator<ExportRows> {
  const stations = new Map(plan.stations.map((station) => [station.id, station]));
  const [, stationColumn, sensorColumn, valueColumn, flagColumn] = columns;
  const known = new Map<string, number[]>();
  for await (const batch of rows) {
    const at = (role: string): number => batch.columns.findIndex((column) => column.role === role);
    const times = batch.values[at('time')];
    const ids = batch.values[0];
    const first = ids instanceof Int32Array ? (ids[0] ?? -1) : undefined;
    // A lake need not be divided by stations.
    const id = first === -1 ? '' : first === undefined ? first : batch.columns[0]?.dictionary?.textOf(first);
    if (!(times instanceof Float64Array) || id === undefined || batch.count === 0) continue;
    const station = stations.get(id) ?? { id, devices: [] };
    const devices = batch.values[at('device')];
    const deviceNames = batch.columns[at('device')]?.dictionary;
    const readings = readingsOf(batch, station, known);
    const most = batch.count * readings.length;
    const out = {
      time: new Float64Array(most),
      sensor: new Int32Array(most),
      value: valueColumn?.type === 'float' ? new Float32Array(most) : new Float64Array(most),
      flag: new Float64Array(flagColumn === undefined ? 0 : most),
    };
    let count = 0;
    for (let row = 0; row < batch.count; row++) {
      const device = devices instanceof Int32Array ? (devices[row] ?? -1) : -1;
      for (const { variable, values, flags, sensors } of readings) {
        const value = numberAt(values, row, out.value instanceof Float64Array);
        if (Number.isNaN(value)) continue;
        out.time[count] = times[row] ?? 0;
        out.sensor[count] = sensors[device + 1] ??=
          sensorColumn?.dictionary?.internText(
            sensorName(plan, station, device < 0 ? '' : (deviceNames?.textOf(device) ?? ''), variable),
          ) ?? -1;
        out.value[count] = value;
        if (flagColumn !== undefined)
          out.flag[count] = flags === undefined ? Number.NaN : Number(flags[row] ?? Number.NaN);
        count++;
      }
    }
    const stationIds = new Int32Array(count).fill(id === '' ? -1 : (stationColumn?.dictionary?.internText(id) ?? -1));
    const values = [
      out.time.subarray(0, count),
      stationIds,
      out.sensor.subarray(0, count),
      out.value.subarray(0, count),
    ];
    yield { count, columns, values: flagColumn === undefined ? values : [...values, out.flag.subarray(0, count)] };
  }
}

function readingsOf(batch: ExportRows, station: StationDescription, known: Map<string, number[]>): Readings[] {
  return batch.columns.flatMap(({ name, role, type }, index) => {
    const values = batch.values[index];
    if (role !== 'variable' || type === 'text' || values === undefined) return [];
    const flags =
      batch.values[batch.columns.findIndex((column) => column.role === 'flag' && column.name === `${name}_qc`)];
    const key = `${station.id}\0${name}`;
    const sensors = known.get(key) ?? [];
    known.set(key, sensors);
    return [{ variable: name, values, flags, sensors }];
  });
}

/** The value of a row, NaN for null. A float among doubles is the decimal it is written as, not what its bits are. */
function numberAt(values: ColumnValues, row: number, asDouble: boolean): number {
  const value = values[row];
  if (typeof value === 'bigint') return value === NULL_BIGINT ? Number.NaN : Number(value);
  if (value === undefined) return Number.NaN;
  return asDouble && values instanceof Float32Array ? shortDecimal(value) : value;
}
