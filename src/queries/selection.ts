import type { ColumnRole } from '@tidelake/lake-format';
import { and, type Comparison, type Literal, type Predicate } from '../lake/predicate';
import { flagLiteral, type HiddenFlag } from './flag-column';
import type { BoundingBox } from './bounding-box';
import { withinBox } from './bounding-box';
import { hasNumberIds, type RoleChoice, type RoleSource, stationColumn } from './role-choice';
import { type Outline, withinOutline } from './within-outline';
import { idCondition, sqlName, timestampLiteral } from './sql-text';

/** What a picture or an analysis is about. `null` stands for everything, without a condition in the SQL. */
export interface Selection {
  stations: readonly string[] | null;
  devices: readonly string[] | null;
  /** Observations outside are left out, where the lake has positions of its own. */
  box?: BoundingBox | undefined;
  /** Of the box only what lies within this outline, degrees. */
  outline?: Outline | undefined;
  /** The window, UTC milliseconds; `to` is excluded. */
  from: number;
  to: number;
  /** Flags whose readings are left out. */
  hidden?: readonly HiddenFlag[];
}

/** The columns that play a part beside the measured variables; absent where the lake has none. */
export interface RoleColumns {
  time: string;
  station?: string;
  device?: string;
  /** Of station and device those whose ids are whole numbers. */
  numberIds?: readonly string[];
  depth?: string;
  /** Both or neither: where each observation was made. */
  position?: { longitude: string; latitude: string };
}

/**
 * Finds the columns that carry time, station, device and depth.
 * @param source the columns inside the files, and the folders; one called `station` or the like is the station
 * @param choice what a reader chose in place of what is detected; roles of `source` say the same but for the station
 */
export function findRoleColumns(source: RoleSource, choice: RoleChoice = {}): RoleColumns | undefined {
  const { columns } = source;
  const named = (role: ColumnRole) => columns.find((column) => column.role === role)?.name;
  const time = named('time') ?? columns.find((column) => column.type === 'timestamp')?.name;
  if (time === undefined) return undefined;
  const station = stationColumn(source, choice);
  const device = named('device');
  const depth = named('depth');
  const numberIds = [station, device].filter((name) => name !== undefined).filter((name) => hasNumberIds(name, source));
  const [longitude, latitude] = [named('longitude'), named('latitude')];
  return {
    time,
    ...(station === undefined ? {} : { station }),
    ...(device === undefined ? {} : { device }),
    ...(numberIds.length === 0 ? {} : { numberIds }),
    ...(depth === undefined ? {} : { depth }),
    ...(longitude === undefined || latitude === undefined ? {} : { position: { longitude, latitude } }),
  };
}

/** The conditions of a selection but that of its window: on station, device, position and flags, one text each. */
export function placeConditions(
  { stations, devices, box, outline, hidden = [] }: Selection,
  roles: RoleColumns,
): string[] {
  return [
    ...(roles.station === undefined || stations === null ? [] : [idCondition(roles.station, stations, roles)]),
    ...(roles.device === undefined || devices === null ? [] : [idCondition(roles.device, devices, roles)]),
    ...(roles.position === undefined || box === undefined ? [] : withinBox(box, roles.position)),
    ...(roles.position === undefined || outline === undefined ? [] : [withinOutline(outline, roles.position)]),
    ...hidden.map(isShown),
  ];
}

/** The condition that a row is not flagged as what is left out. */
export function isShown({ column, value }: HiddenFlag): string {
  return `(${sqlName(column)} IS NULL OR ${sqlName(column)} <> ${flagLiteral(value)})`;
}

/** The rows of a selection as far as folders can tell: those of its stations and its window. */
export function rowsOfSelection({ stations, from, to }: Selection, roles: RoleColumns): Predicate {
  const atTime = (comparison: Comparison, timeMs: number): Predicate => ({
    kind: 'compare',
    column: roles.time,
    comparison,
    literal: { type: 'timestamp', value: timeMs * 1000 },
  });
  const { station } = roles;
  const literalOf = (id: string): Literal =>
    station !== undefined && roles.numberIds?.includes(station)
      ? { type: 'number', value: Number(id) }
      : { type: 'text', value: id };
  const ofStations: Predicate[] =
    station === undefined || stations === null
      ? []
      : [{ kind: 'in', column: station, literals: stations.map(literalOf) }];
  return and(...ofStations, atTime('>=', from), atTime('<', to));
}

/** The selection as the `WHERE` clause of a statement, one condition a line. */
export function whereSelection(selection: Selection, roles: RoleColumns, indent = ''): string {
  const time = sqlName(roles.time);
  const conditions = [
    ...placeConditions(selection, roles),
    `${time} >= ${timestampLiteral(selection.from)}`,
    `${time} < ${timestampLiteral(selection.to)}`,
  ];
  return `${indent}WHERE ${conditions.join(`\n${indent}  AND `)}`;
}
