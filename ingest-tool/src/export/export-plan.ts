import {
  qartodFlagName,
  type ColumnDescription,
  type LakeDescription,
  type StationDescription,
} from '@tidelake/lake-format';
import { EXIT, ToolError } from '../tool-error';

/** What of a lake is asked for. */
export interface ExportRequest {
  /** Ids; all where undefined. */
  stations: string[] | undefined;
  /** UTC microseconds; `to` is not included. */
  from: number;
  to: number;
  /** Names of variables; all where undefined. */
  variables: string[] | undefined;
  /** Kinds of sensors: CF standard names, names of variables, or words of either. */
  sensors: string[] | undefined;
  /** Names of the QARTOD flags whose values are kept; all where undefined. */
  flags: string[] | undefined;
}

/** What is exported, in the terms of the lake. */
export interface ExportPlan {
  lake: LakeDescription;
  stations: StationDescription[];
  from: number;
  to: number;
  /** Columns of the lake that go out, in its order: what places an observation, the variables asked for, and their flags. */
  columns: ColumnDescription[];
  variables: ColumnDescription[];
  /** Flags of values that are kept; all where undefined. */
  flags: ReadonlySet<number> | undefined;
  /** Whether sensors are called by their device also where a station has only one. */
  namesDevices: boolean;
}

const ALL_FLAGS = [1, 2, 3, 4, 9];

/**
 * Finds what is asked for in a lake.
 * @throws ToolError naming what the lake does not have, and what it has
 */
export function planExport(lake: LakeDescription, request: ExportRequest): ExportPlan {
  const known = lake.stations.map(({ id }) => id);
  for (const id of request.stations ?? []) {
    if (!known.includes(id)) throw unknown('station', id, known);
  }
  if (request.from >= request.to) {
    throw new ToolError(EXIT.usage, '--from-time is not before --to-time', 'The end itself is not exported.');
  }
  const all = lake.columns.filter(({ role }) => role === 'variable');
  const variables = chosenVariables(all, request);
  const left = new Set(all.filter((variable) => !variables.includes(variable)).map(({ name }) => name));
  return {
    lake,
    stations: lake.stations.filter(({ id }) => request.stations === undefined || request.stations.includes(id)),
    from: request.from,
    to: request.to,
    columns: lake.columns.filter(({ name, role }) => !left.has(role === 'flag' ? name.replace(/_qc$/, '') : name)),
    variables,
    flags: request.flags === undefined ? undefined : new Set(request.flags.map(flagOf)),
    namesDevices: false,
  };
}

/** What a sensor measures: its CF standard name, else its own. */
export function kindOf({ name, standardName }: ColumnDescription): string {
  return standardName ?? name;
}

function chosenVariables(all: ColumnDescription[], { variables, sensors }: ExportRequest): ColumnDescription[] {
  const names = all.map(({ name }) => name);
  for (const name of variables ?? []) if (!names.includes(name)) throw unknown('variable', name, names);
  for (const kind of sensors ?? []) {
    if (!all.some((variable) => isKind(variable, kind)))
      throw unknown('sensor of the kind', kind, [...new Set(all.map(kindOf))]);
  }
  return all.filter(
    (variable) =>
      (variables === undefined || variables.includes(variable.name)) &&
      (sensors === undefined || sensors.some((kind) => isKind(variable, kind))),
  );
}

/** `wind_speed` is one of `wind_speed` and of `wind_speed_of_gust`, not of `upwind_speed`. */
function isKind({ name, standardName }: ColumnDescription, kind: string): boolean {
  return [standardName ?? '', name].some((text) => `_${text}_`.includes(`_${kind}_`));
}

function flagOf(name: string): number {
  const flag = ALL_FLAGS.find((each) => qartodFlagName(each) === name);
  if (flag === undefined)
    throw unknown(
      'flag',
      name,
      ALL_FLAGS.map((each) => qartodFlagName(each) ?? ''),
    );
  return flag;
}

function unknown(what: string, name: string, known: readonly string[]): ToolError {
  const shown = known.slice(0, 20).join(', ');
  return new ToolError(
    EXIT.usage,
    `The lake has no ${what} ${name}`,
    `It has: ${shown}${known.length > 20 ? ` and ${known.length - 20} more` : ''}.`,
  );
}
