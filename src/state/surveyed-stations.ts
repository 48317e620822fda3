import type { StationDescription } from '@tidelake/lake-format';
import type { QueryResult, ResultColumn } from '../workers/protocol';

/** The id of the only station of a lake whose partitions name none. */
const ONLY_STATION = 'all';

/** The stations that the answer of `surveySql` tells of. */
export function surveyedStations(result: QueryResult): StationDescription[] {
  const column = (name: string) => result.columns.find((candidate) => candidate.name === name);
  const [station, device] = [column('station'), column('device')];
  const [first, last] = [column('first_time'), column('last_time')];
  const stations = new Map<string, StationDescription>();
  for (let row = 0; row < result.rowCount; row++) {
    const id = textAt(station, row) ?? ONLY_STATION;
    const found = stations.get(id) ?? { id, devices: [] };
    const [latitude, longitude] = [numberAt(column('latitude'), row), numberAt(column('longitude'), row)];
    const deviceId = textAt(device, row);
    const depth = numberAt(column('depth'), row);
    stations.set(id, {
      ...found,
      ...(isWithin(latitude, 90) && isWithin(longitude, 180) ? { latitude, longitude } : {}),
      ...endTimes(found, numberAt(first, row), numberAt(last, row)),
      devices:
        deviceId === undefined
          ? found.devices
          : [...found.devices, { id: deviceId, ...(depth === undefined ? {} : { depth: Math.round(depth) }) }],
    });
  }
  return [...stations.values()];
}

function endTimes(
  { firstTime, lastTime }: StationDescription,
  first: number | undefined,
  last: number | undefined,
): Pick<StationDescription, 'firstTime' | 'lastTime'> {
  if (first === undefined || last === undefined) return {};
  return {
    firstTime: new Date(Math.min(first, firstTime === undefined ? first : Date.parse(firstTime))).toISOString(),
    lastTime: new Date(Math.max(last, lastTime === undefined ? last : Date.parse(lastTime))).toISOString(),
  };
}

function isWithin(degrees: number | undefined, most: number): degrees is number {
  return degrees !== undefined && Math.abs(degrees) <= most;
}

function textAt(column: ResultColumn | undefined, row: number): string | undefined {
  return column?.kind !== 'text' || column.valid?.[row] === 0 ? undefined : column.values[row];
}

function numberAt(column: ResultColumn | undefined, row: number): number | undefined {
  if (!column || column.kind === 'text' || column.kind === 'boolean' || column.valid?.[row] === 0) return undefined;
  const value = Number(column.values[row]);
  return Number.isFinite(value) ? value : undefined;
}
