import { isCalendarKey } from '../lake/partition-scheme';
import type { ColumnDescription, ColumnRole, ColumnType, PartitionKey } from '@tidelake/lake-format';

/** Roles of columns that a reader may correct. `value` is what is measured, and the only one that several columns have. */
export const CHOSEN_ROLES = ['time', 'station', 'device', 'latitude', 'longitude', 'depth', 'value', 'flag'] as const;
export type ChosenRole = (typeof CHOSEN_ROLES)[number];

/** Columns that a reader gave roles: none where a role is empty, those that were detected where it is absent. */
export type RoleChoice = Partial<Record<ChosenRole, readonly string[]>>;

/** What a lake says of its columns. */
export interface RoleSource {
  columns: readonly ColumnDescription[];
  partitioning: readonly PartitionKey[];
}

const COLUMN_ROLES: Record<Exclude<ChosenRole, 'station'>, ColumnRole> = {
  time: 'time',
  device: 'device',
  latitude: 'latitude',
  longitude: 'longitude',
  depth: 'depth',
  value: 'variable',
  flag: 'flag',
};

const NUMBERS: readonly ColumnType[] = ['double', 'float', 'integer', 'bigint'];
/** Ids are texts or whole numbers, such as those that the WMO gives floats and buoys. */
const IDS: readonly ColumnType[] = ['text', 'integer', 'bigint'];
const TYPES: Record<ChosenRole, readonly ColumnType[]> = {
  time: ['timestamp'],
  station: IDS,
  device: IDS,
  latitude: NUMBERS,
  longitude: NUMBERS,
  depth: NUMBERS,
  value: NUMBERS,
  flag: ['integer', 'bigint', 'text'],
};

/** The columns that can have a role, by their types; stations may be folders too. */
export function candidatesFor(role: ChosenRole, { columns, partitioning }: RoleSource): string[] {
  const inFiles = columns.filter(
    ({ name, type }) => TYPES[role].includes(type) && !partitioning.some((key) => key.name === name),
  );
  const keys = role === 'station' ? idKeys(partitioning) : [];
  return [...keys, ...inFiles.map(({ name }) => name)];
}

/** Keys of folders that can be those of stations. */
function idKeys(partitioning: readonly PartitionKey[]): string[] {
  return partitioning
    .filter(({ name }) => !isCalendarKey(name) && name.toLowerCase() !== 'date')
    .map(({ name }) => name);
}

/** Whether the ids in a column are whole numbers, which SQL compares without quotes. */
export function hasNumberIds(column: string, { columns, partitioning }: RoleSource): boolean {
  const { type } = [...partitioning, ...columns].find(({ name }) => name === column) ?? {};
  return type === 'integer' || type === 'bigint';
}

/** A choice without what a lake has no such columns for, and what is to be said of that. */
export function fittingChoice(choice: RoleChoice, source: RoleSource): { choice: RoleChoice; notices: string[] } {
  const fitting: RoleChoice = {};
  const notices: string[] = [];
  for (const role of CHOSEN_ROLES) {
    const names = choice[role];
    if (!names) continue;
    const candidates = candidatesFor(role, source);
    const wrong = names.filter((name) => !candidates.includes(name));
    if (wrong.length === 0) fitting[role] = names;
    else
      notices.push(
        `No column of this lake called “${wrong.join('”, “')}” can be the ${role}; the detected one is used.`,
      );
  }
  return { choice: fitting, notices };
}

/** Columns with the roles that were chosen; those that had one of these roles before are about something else then. */
export function withRoles(columns: readonly ColumnDescription[], choice: RoleChoice): ColumnDescription[] {
  return columns.map((column) => {
    let { role } = column;
    for (const chosen of CHOSEN_ROLES) {
      const names = choice[chosen];
      if (!names || chosen === 'station') continue;
      if (role === COLUMN_ROLES[chosen] && !names.includes(column.name)) role = 'about';
    }
    for (const chosen of CHOSEN_ROLES) {
      if (chosen !== 'station' && choice[chosen]?.includes(column.name)) role = COLUMN_ROLES[chosen];
    }
    return role === column.role ? column : { ...column, role };
  });
}

/** Names that collectors give the ids of stations, best first, in small letters. */
const STATION_NAMES = [
  ...['station', 'station_id', 'site', 'site_id', 'buoy', 'buoy_id', 'mooring', 'platform', 'platform_id'],
  ...['platform_number', 'platform_code', 'wmo', 'wmo_id', 'wmo_number', 'wmo_code', 'float_id'],
];

/** The column of stations: the one that was chosen, else the folder, else the column that is named like one. */
export function stationColumn(source: RoleSource, choice: RoleChoice): string | undefined {
  if (choice.station) return choice.station[0];
  const { partitioning } = source;
  const named = (names: readonly string[]) =>
    STATION_NAMES.flatMap((wanted) => names.filter((name) => name.toLowerCase() === wanted))[0];
  const free = source.columns.filter(({ role }) => role === 'about').map(({ name }) => name);
  return named(idKeys(partitioning)) ?? named(candidatesFor('station', source).filter((name) => free.includes(name)));
}

/** Whether a choice says otherwise where and when observations were made, so that what is known of stations is of no use. */
export function movesStations(choice: RoleChoice): boolean {
  const roles: ChosenRole[] = ['time', 'station', 'device', 'latitude', 'longitude', 'depth'];
  return roles.some((role) => choice[role] !== undefined);
}

/** The columns that have each role in a lake whose columns have the roles that count. */
export function rolesOf(source: RoleSource, choice: RoleChoice): Record<ChosenRole, string[]> {
  const station = stationColumn(source, choice);
  const named = (role: ColumnRole) => source.columns.filter((column) => column.role === role).map(({ name }) => name);
  const times = [...named('time'), ...candidatesFor('time', source)];
  return {
    time: times.slice(0, 1),
    station: station === undefined ? [] : [station],
    device: named('device').slice(0, 1),
    latitude: named('latitude').slice(0, 1),
    longitude: named('longitude').slice(0, 1),
    depth: named('depth').slice(0, 1),
    value: candidatesFor('value', source).filter((name) => named('variable').includes(name)),
    flag: named('flag'),
  };
}
