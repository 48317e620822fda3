import type { ColumnDescription, DeviceDescription, StationDescription } from '@tidelake/lake-format';
import { flagColumnOf, hiddenFlags } from '../queries/flag-column';
import type { RoleChoice } from '../queries/role-choice';
import { findRoleColumns, type RoleColumns, type Selection } from '../queries/selection';
import { compareNames } from '../views/compare-names';
import type { LakeSummary } from '../workers/protocol';
import type { UrlState } from './url-state';

const DAY = 86_400_000;

const CHOOSE_ROLES = 'Where one is taken for something else, say so under Catalogue, Roles.';

/** A stretch of time, UTC milliseconds; `to` is excluded. */
export interface TimeWindow {
  from: number;
  to: number;
}

/** What the page shows: a lake seen through the choices of a link, with a default for each that was not made. */
export interface LakeView {
  roles: RoleColumns;
  stations: StationDescription[];
  chosenStations: string[];
  /** Devices of the chosen stations, shallow first; the order of the colours. */
  devices: DeviceDescription[];
  chosenDevices: string[];
  variables: ColumnDescription[];
  /** Those that are drawn. */
  chosenVariables: ColumnDescription[];
  /** The first of them: that of table, map and statistics. */
  variable: ColumnDescription;
  /** First to last observation of the chosen stations, whole days; undefined where the lake does not say. */
  span: TimeWindow | undefined;
  selection: Selection;
  /** Whether readings flagged as fail are left out. */
  hidesFailed: boolean;
  /** What in the link does not fit this lake. */
  notices: string[];
}

/** Why a lake cannot be drawn although it was opened. SQL can still be asked of it. */
export interface UndrawableLake {
  reason: string;
}

/** More panels than this are no picture any more. */
const VARIABLES_AT_ONCE = 6;

/** Stations up to this many are chosen from the start; with more, the first one is. */
const STATIONS_AT_ONCE = 1;

/**
 * Resolves the choices of a link against a lake.
 * @param choice that a reader chose and that fit, which the lake's columns have already
 */
export function viewLake(lake: LakeSummary, url: UrlState, choice: RoleChoice = {}): LakeView | UndrawableLake {
  const roles = findRoleColumns(lake, choice);
  if (!roles) return { reason: 'This lake has no column of time, so there is no series to draw.' };
  const variables = lake.columns.filter(({ role, type }) => role === 'variable' && isNumeric(type));
  variables.push(...lake.columns.filter(({ role, type }) => role === 'depth' && isNumeric(type)));
  const [firstVariable] = variables;
  if (!firstVariable) return { reason: `This lake has no column of numbers that were measured. ${CHOOSE_ROLES}` };

  const notices: string[] = [];
  const stations = lake.stations.toSorted((left, right) => compareNames(left.name ?? left.id, right.name ?? right.id));
  const chosenStations = keepKnown(
    url.stations,
    stations.map(({ id }) => id),
    stations.slice(0, STATIONS_AT_ONCE).map(({ id }) => id),
    'station',
    notices,
  );
  const devices = devicesOf(stations.filter(({ id }) => chosenStations.includes(id)));
  const deviceIds = devices.map(({ id }) => id);
  const chosenDevices = keepKnown(url.devices, deviceIds, deviceIds, 'device', notices);
  const chosenVariables = chooseVariables(url.variables ?? [], variables, firstVariable, notices);
  const [variable = firstVariable] = chosenVariables;
  if (url.box && !roles.position) {
    notices.push('The observations of this lake have no positions of their own, so the box in the link is left out.');
  }
  const span = spanOf(stations.filter(({ id }) => chosenStations.includes(id)));
  const window = chooseWindow(url, span);
  const hidesFailed = url.flags?.includes('hide-fail') ?? false;
  return {
    roles,
    stations,
    chosenStations,
    devices,
    chosenDevices,
    variables,
    chosenVariables,
    variable,
    span,
    selection: {
      stations: stations.length === 0 ? null : chosenStations,
      devices: chosenDevices.length === deviceIds.length ? null : chosenDevices,
      ...window,
      ...(hidesFailed && { hidden: hiddenFlags(flagColumnOf(variable.name, lake.columns)) }),
      ...(url.box && roles.position ? { box: url.box, ...(url.shape && { outline: url.shape }) } : {}),
    },
    hidesFailed,
    notices,
  };
}

/** Devices of some stations, by nominal depth, then id; those without a depth last. */
export function devicesOf(stations: readonly StationDescription[]): DeviceDescription[] {
  const byId = new Map(stations.flatMap(({ devices }) => devices.map((device) => [device.id, device] as const)));
  return [...byId.values()].sort(
    (left, right) =>
      (left.depth ?? Number.POSITIVE_INFINITY) - (right.depth ?? Number.POSITIVE_INFINITY) ||
      compareNames(left.id, right.id),
  );
}

/** First to last observation of some stations, widened to whole UTC days. */
export function spanOf(stations: readonly StationDescription[]): TimeWindow | undefined {
  const first = stations.flatMap(({ firstTime }) => (firstTime === undefined ? [] : Date.parse(firstTime)));
  const last = stations.flatMap(({ lastTime }) => (lastTime === undefined ? [] : Date.parse(lastTime)));
  if (first.length === 0 || last.length === 0) return undefined;
  return { from: floorDay(Math.min(...first)), to: floorDay(Math.max(...last)) + DAY };
}

/** The last calendar month (UTC) that a span covers wholly; the whole span where it covers none. */
export function lastFullMonth(span: TimeWindow): TimeWindow {
  const month = monthOf(span.to);
  const window = { from: addMonths(month.from, -1), to: month.from };
  return window.from >= span.from ? window : span;
}

/** The calendar month (UTC) an instant falls in. */
export function monthOf(timeMs: number): TimeWindow {
  const date = new Date(timeMs);
  const from = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
  return { from, to: addMonths(from, 1) };
}

/** Moves a window by its own length: by calendar months where it consists of such, else by its milliseconds. */
export function stepWindow({ from, to }: TimeWindow, steps: 1 | -1): TimeWindow {
  const months = monthsBetween(from, to);
  if (months > 0) return { from: addMonths(from, steps * months), to: addMonths(to, steps * months) };
  return { from: from + steps * (to - from), to: to + steps * (to - from) };
}

/** The whole record of the chosen stations, where the window leaves some of it out. */
export function wholeRecord({ span, selection }: Pick<LakeView, 'span' | 'selection'>): TimeWindow | undefined {
  return span && (selection.from > span.from || selection.to < span.to) ? span : undefined;
}

/** The newer half of a window, which costs about half. */
export function halved({ from, to }: TimeWindow): TimeWindow {
  return { from: from + Math.floor((to - from) / 2), to };
}

/** Windows of a length that is usual in the field, set where the reader is looking. */
export function presetWindow(preset: 'day' | 'week' | 'month' | 'all', now: TimeWindow, span: TimeWindow): TimeWindow {
  // Seen as a whole, the newest part of a record is the one to look at; else the place the reader chose.
  const whole = now.from <= span.from && now.to >= span.to;
  switch (preset) {
    case 'all':
      return span;
    case 'month':
      return whole ? lastFullMonth(span) : monthOf(now.from);
    case 'week':
    case 'day': {
      const length = preset === 'day' ? DAY : 7 * DAY;
      const from = whole ? span.to - length : floorDay(now.from);
      return { from, to: from + length };
    }
  }
}

/** The wanted variables in their order, each once; the first of the lake where it has none of them. */
function chooseVariables(
  wanted: readonly string[],
  variables: readonly ColumnDescription[],
  fallback: ColumnDescription,
  notices: string[],
): ColumnDescription[] {
  const names = [...new Set(wanted)];
  const unknown = names.filter((name) => !variables.some((variable) => variable.name === name));
  const found = names.flatMap((name) => variables.find((variable) => variable.name === name) ?? []);
  if (unknown.length > 0) {
    const shown = found.length > 0 ? '' : `; ${fallback.name} is shown`;
    notices.push(`This lake has no variable ${unknown.map((name) => `“${name}”`).join(', ')}${shown}.`);
  }
  if (found.length > VARIABLES_AT_ONCE) {
    notices.push(`${VARIABLES_AT_ONCE} variables are drawn at once; the others of the link are left out.`);
  }
  return found.length === 0 ? [fallback] : found.slice(0, VARIABLES_AT_ONCE);
}

function chooseWindow({ from, to }: UrlState, span: TimeWindow | undefined): TimeWindow {
  const fallback = span ? lastFullMonth(span) : monthOf(to ?? from ?? Date.now());
  const window = { from: from ?? fallback.from, to: to ?? fallback.to };
  if (window.from < window.to) return window;
  return from === undefined ? { from: window.to - 30 * DAY, to: window.to } : { from, to: from + 30 * DAY };
}

function keepKnown(
  asked: readonly string[] | undefined,
  known: readonly string[],
  fallback: readonly string[],
  noun: string,
  notices: string[],
): string[] {
  if (!asked) return [...fallback];
  const unknown = asked.filter((id) => !known.includes(id));
  if (unknown.length > 0) {
    notices.push(`Not in this lake: ${noun}${unknown.length === 1 ? '' : 's'} ${unknown.slice(0, 5).join(', ')}.`);
  }
  return known.filter((id) => asked.includes(id));
}

function isNumeric(type: ColumnDescription['type']): boolean {
  return type === 'double' || type === 'float' || type === 'integer' || type === 'bigint';
}

function floorDay(timeMs: number): number {
  return Math.floor(timeMs / DAY) * DAY;
}

function addMonths(timeMs: number, months: number): number {
  const date = new Date(timeMs);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, date.getUTCDate());
}

/** Whole calendar months between two instants; 0 unless both begin a month. */
function monthsBetween(from: number, to: number): number {
  if (monthOf(from).from !== from || monthOf(to).from !== to) return 0;
  const [first, last] = [new Date(from), new Date(to)];
  return (last.getUTCFullYear() - first.getUTCFullYear()) * 12 + last.getUTCMonth() - first.getUTCMonth();
}
