import type { BoundingBox } from '../queries/bounding-box';
import { PICTURE_IDS, type PictureId } from '../queries/pictures/picture';
import { CHOSEN_ROLES, type RoleChoice } from '../queries/role-choice';
import { splitAddresses } from '../sources/lake-source';
import { formatOutline, type Outline, parseOutline } from '../stats/outline';
import { type Camera, formatCamera, parseCamera } from '../views/map-view/camera';
import { EARTH_OPTIONS, type EarthOption, MAP_LAYERS, type MapLayer } from '../views/map-view/map-layer';
import { type Statistic, STATISTICS } from '../views/map-view/statistic';
import { formatUtc, parseUtc } from '../views/utc-text';
import { decodeText, encodeText, readList, splitOnce, writeList } from './link-text';
import { parseZones } from './linked-zones';

/** The tabs below the pictures. */
export const TABS = ['table', 'sql', 'analysis', 'catalogue'] as const;
export type Tab = (typeof TABS)[number];

/** What the table tab shows: a row for each device, or for each observation. */
export const TABLES = ['statistics', 'rows'] as const;
export type TableKind = (typeof TABLES)[number];

/** The parts of the catalogue. */
export const CATALOGUE_PARTS = ['variables', 'stations', 'coverage', 'roles'] as const;
export type CataloguePart = (typeof CATALOGUE_PARTS)[number];

/** How the time series are drawn: several variables over each other, a logarithmic axis, the climatology behind. */
export const CHART_OPTIONS = ['overlay', 'log', 'climatology'] as const;
export type ChartOption = (typeof CHART_OPTIONS)[number];

/** What is done with flags: readings flagged as fail are left out everywhere; flagged ones are marked in the chart. */
export const FLAG_OPTIONS = ['hide-fail', 'mark'] as const;
export type FlagOption = (typeof FLAG_OPTIONS)[number];

/** Options with one of them switched, in its usual order; undefined for none, as a link leaves them out. */
export function toggled<Option extends ChartOption | FlagOption | EarthOption>(
  options: readonly Option[],
  option: Option,
): Option[] | undefined {
  const order: readonly string[] = [...CHART_OPTIONS, ...FLAG_OPTIONS, ...EARTH_OPTIONS];
  const next = options.includes(option) ? options.filter((other) => other !== option) : [...options, option];
  return next.length === 0 ? undefined : next.toSorted((left, right) => order.indexOf(left) - order.indexOf(right));
}

/**
 * The page's whole state, as a link carries it. What is absent is the default: all stations, all devices, the first
 * variable, the last full month, the table.
 */
export interface UrlState {
  lake?: string | undefined;
  stations?: string[] | undefined;
  devices?: string[] | undefined;
  /** The first of them is that of table, map and statistics. */
  variables?: string[] | undefined;
  /** The window, UTC milliseconds; `to` is excluded. */
  from?: number | undefined;
  to?: number | undefined;
  chart?: ChartOption[] | undefined;
  flags?: FlagOption[] | undefined;
  /** Drawn in the place of the time series. */
  picture?: PictureId | undefined;
  /** What columns are for, where a reader knows better than what is detected. */
  roles?: RoleChoice | undefined;
  /** Only what was observed in this box. */
  box?: BoundingBox | undefined;
  /** What was marked out on the map, degrees: only what was observed within it where there is a box, else the stations in it. */
  shape?: Outline | undefined;
  /** What the map shows, and what its colours stand for. */
  layer?: MapLayer | undefined;
  statistic?: Statistic | undefined;
  /** Hexagons of fewer readings are hidden. */
  least?: number | undefined;
  /** Zones of the reader's own, as `formatZones` writes them. */
  zones?: string | undefined;
  /** The zone that is chosen on the map: of these, else a named sea. */
  zone?: string | undefined;
  earth?: EarthOption[] | undefined;
  /** Address of the PMTiles archive that the map is drawn from. */
  basemap?: string | undefined;
  /** Where the map looks. */
  camera?: Camera | undefined;
  /** Begin of the step of time that the map shows, UTC milliseconds. */
  step?: number | undefined;
  tab?: Tab | undefined;
  table?: TableKind | undefined;
  analysis?: string | undefined;
  catalogue?: CataloguePart | undefined;
  sql?: string | undefined;
  /** Whether the page stands in a frame of another one: without its bar. */
  embed?: true | undefined;
  /** Parameters of analyses, and whatever a later version of the page may have put into the link. */
  others: Record<string, string>;
}

/** The version of the link's format. Older links keep working; newer ones are read as far as they are understood. */
const LINK_VERSION = 1;

const KNOWN = new Set(
  [
    'lake v station devices var variables from to chart flags picture roles bbox shape zones layer stat least zone earth basemap map step',
    'tab table analysis catalogue sql embed z',
  ].flatMap((keys) => keys.split(' ')),
);

/** Query keys of presigned URLs, of stores' tokens and of keys. A link never carries them. */
const SECRET_KEY =
  /^(x-(amz|goog)-.*|(aws|s3)_(access_key_id|secret_access_key|session_token)|access_?key(_?id)?|secret_?(access_?)?key|session_?token|awsaccesskeyid|signature|expires|sig|se|sp|sv|sr|st|token|access_token|key|apikey|api_key|password|secret)$/i;

/**
 * A lake's address without anything secret: no `user:password@`, no presigned or token parameters, no fragment.
 * Text that is no absolute URL is returned as it stands, up to its query. Of several addresses each is cleaned.
 */
export function withoutSecrets(address: string): string {
  return splitAddresses(address).map(urlWithoutSecrets).join(' ');
}

/** SQL without what is secret in the addresses that its texts name; nothing of SQL that makes a secret. */
export function sqlWithoutSecrets(sql: string): string {
  if (/\bcreate\s+(?:or\s+replace\s+)?(?:\w+\s+)*secret\b/i.test(sql)) return '';
  return sql.replace(/'[^']*:\/\/[^']*'/g, (text) => {
    const clean = urlWithoutSecrets(text.slice(1, -1));
    return clean === text.slice(1, -1).trim() ? text : `'${clean}'`;
  });
}

function urlWithoutSecrets(url: string): string {
  const bare = url.trim().replace(/#.*$/s, '');
  const withoutUser = bare.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1');
  const [path = '', query] = splitOnce(withoutUser, '?');
  const kept = query?.split('&').filter((pair) => !SECRET_KEY.test(decodeText(splitOnce(pair, '=')[0] ?? '') ?? pair));
  return kept?.some((pair) => pair !== '') ? `${path}?${kept.join('&')}` : path;
}

/**
 * Reads a location's hash. Never throws: what cannot be read is left out, and a notice for the reader says so.
 * @param hash with or without its `#`
 */
export function parseUrlState(hash: string): { state: UrlState; notices: string[] } {
  const state: UrlState = { others: {} };
  const notices: string[] = [];
  for (const pair of hash.replace(/^#/, '').split('&')) {
    if (pair === '') continue;
    const [rawKey = '', rawValue = ''] = splitOnce(pair, '=');
    const key = decodeText(rawKey);
    const value = decodeText(rawValue);
    if (key === undefined || value === undefined) {
      notices.push(`The link's part “${pair.slice(0, 40)}” is not readable and was left out.`);
    } else {
      readPair(state, notices, key, value, rawValue);
    }
  }
  if (state.from !== undefined && state.to !== undefined && state.from >= state.to) {
    notices.push('The window in the link ends before it begins; the default window is used.');
    delete state.from;
    delete state.to;
  }
  return { state, notices };
}

function readPair(state: UrlState, notices: string[], key: string, value: string, rawValue: string): void {
  const ignored = (expected: string) =>
    notices.push(`“${key}=${value.slice(0, 40)}” in the link is not ${expected} and was left out.`);
  switch (key) {
    case 'v':
      if (!(Number(value) <= LINK_VERSION)) {
        notices.push('This link was made by a newer Tidelake; parts of it may be missing here.');
      }
      return;
    case 'lake': {
      const url = withoutSecrets(value);
      if (url !== value.trim())
        notices.push('Credentials were removed from the lake’s URL: a link must not carry any.');
      if (url !== '') state.lake = url;
      return;
    }
    case 'station':
      state.stations = readList(rawValue);
      return;
    case 'devices':
      state.devices = readList(rawValue);
      return;
    case 'var':
      if (value !== '') state.variables = [value];
      return;
    case 'variables': {
      const variables = readList(rawValue);
      if (variables.length > 0) state.variables = variables;
      return;
    }
    case 'chart':
      state.chart = readWords(rawValue, CHART_OPTIONS, ignored);
      return;
    case 'flags':
      state.flags = readWords(rawValue, FLAG_OPTIONS, ignored);
      return;
    case 'from':
    case 'to':
    case 'step': {
      const time = parseUtc(value);
      if (time === undefined) ignored('a UTC date such as 2012-01-31 or 2012-01-31T06:00');
      else state[key] = time;
      return;
    }
    case 'picture':
      state.picture = readWord(value, PICTURE_IDS, ignored);
      return;
    case 'roles': {
      const roles = readRoles(readList(rawValue));
      if (roles === undefined) ignored(`a list of role:column, with ${CHOSEN_ROLES.join(', ')} for the role,`);
      else state.roles = roles;
      return;
    }
    case 'bbox': {
      const box = readBox(value);
      if (box === undefined) ignored('west,south,east,north in degrees');
      else state.box = box;
      return;
    }
    case 'shape': {
      const shape = parseOutline(value);
      if (shape === undefined) ignored('outlines, longitude,latitude~longitude,latitude~… in degrees,');
      else state.shape = shape;
      return;
    }
    case 'layer':
      state.layer = readWord(value, MAP_LAYERS, ignored);
      return;
    case 'stat':
      state.statistic = readWord(value, STATISTICS, ignored);
      return;
    case 'least': {
      const least = Number(value);
      if (!Number.isSafeInteger(least) || least < 1) ignored('a whole number from 1');
      else state.least = least;
      return;
    }
    case 'zones':
      if (parseZones(rawValue) === undefined) ignored('a list of name;longitude,latitude~… of zones');
      else state.zones = rawValue;
      return;
    case 'zone':
      if (value !== '') state.zone = value;
      return;
    case 'earth':
      state.earth = readWords(rawValue, EARTH_OPTIONS, ignored);
      return;
    case 'basemap':
      if (value !== '') state.basemap = urlWithoutSecrets(value);
      return;
    case 'map': {
      const camera = parseCamera(value);
      if (camera === undefined) ignored('zoom/latitude/longitude');
      else state.camera = camera;
      return;
    }
    case 'tab':
      state.tab = readWord(value, TABS, ignored);
      return;
    case 'table':
      state.table = readWord(value, TABLES, ignored);
      return;
    case 'analysis':
      if (value !== '') state.analysis = value;
      return;
    case 'catalogue':
      state.catalogue = readWord(value, CATALOGUE_PARTS, ignored);
      return;
    case 'sql':
      if (value.trim() !== '') state.sql = value;
      return;
    case 'embed':
      if (value === '1') state.embed = true;
      return;
    case 'z':
      notices.push('The compressed part of this link is damaged and was left out: copy the link again.');
      return;
    default:
      if (!SECRET_KEY.test(key)) state.others = { ...state.others, [key]: value };
  }
}

/** Writes the hash of a state, `#` included; '' for an empty state. The same state gives the same text. */
export function formatUrlState(state: UrlState): string {
  const { lake, stations, devices, variables, from, to } = state;
  const pairs: [string, string | undefined][] = [
    ['lake', lake === undefined ? undefined : encodeText(withoutSecrets(lake))],
    ['v', lake === undefined ? undefined : String(LINK_VERSION)],
    ['station', stations && writeList(stations)],
    ['devices', devices && writeList(devices)],
    variables && variables.length === 1
      ? ['var', encodeText(variables[0] ?? '')]
      : ['variables', variables && writeList(variables)],
    ['from', from === undefined ? undefined : formatUtc(from, 'T')],
    ['to', to === undefined ? undefined : formatUtc(to, 'T')],
    ['chart', state.chart?.join(',')],
    ['flags', state.flags?.join(',')],
    ['picture', state.picture],
    ['roles', state.roles && writeList(writeRoles(state.roles))],
    ['bbox', state.box && [state.box.west, state.box.south, state.box.east, state.box.north].join(',')],
    ['shape', state.shape && formatOutline(state.shape)],
    ['layer', state.layer],
    ['stat', state.statistic],
    ['least', state.least === undefined ? undefined : String(state.least)],
    ['zones', state.zones],
    ['zone', state.zone === undefined ? undefined : encodeText(state.zone)],
    ['earth', state.earth?.join(',')],
    ['basemap', state.basemap === undefined ? undefined : encodeText(urlWithoutSecrets(state.basemap))],
    ['map', state.camera && formatCamera(state.camera)],
    ['step', state.step === undefined ? undefined : formatUtc(state.step, 'T')],
    ['tab', state.tab],
    ['table', state.table],
    ['analysis', state.analysis === undefined ? undefined : encodeText(state.analysis)],
    ['catalogue', state.catalogue],
    ...Object.entries(state.others)
      .filter(([key]) => !KNOWN.has(key) && !SECRET_KEY.test(key))
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, value]): [string, string] => [encodeText(key).replaceAll('=', '%3D'), encodeText(value)]),
    ['embed', state.embed && '1'],
    ['sql', state.sql === undefined ? undefined : encodeText(sqlWithoutSecrets(state.sql))],
  ];
  const text = pairs.flatMap(([key, value]) => (value === undefined ? [] : `${key}=${value}`)).join('&');
  return text === '' ? '' : `#${text}`;
}

/** Reads entries `role:column`; an entry without a column says that none has the role. Undefined where one is no such. */
function readRoles(entries: readonly string[]): RoleChoice | undefined {
  const roles: RoleChoice = {};
  for (const entry of entries) {
    const [word, column] = splitOnce(entry, ':');
    const role = CHOSEN_ROLES.find((known) => known === word);
    if (role === undefined || column === undefined) return undefined;
    const before = roles[role] ?? [];
    roles[role] = column === '' ? before : [...before, column];
  }
  return entries.length === 0 ? undefined : roles;
}

function writeRoles(roles: RoleChoice): string[] {
  return CHOSEN_ROLES.flatMap((role) => {
    const columns = roles[role];
    if (columns === undefined) return [];
    return columns.length === 0 ? [`${role}:`] : columns.map((column) => `${role}:${column}`);
  });
}

/** Reads `west,south,east,north`; a box with west greater than east lies across the antimeridian. */
function readBox(text: string): BoundingBox | undefined {
  const [west = NaN, south = NaN, east = NaN, north = NaN, ...more] = text
    .split(',')
    .map((part) => (part.trim() === '' ? NaN : Number(part)));
  const fits = Math.abs(west) <= 180 && Math.abs(east) <= 180 && south >= -90 && south <= north && north <= 90;
  return fits && more.length === 0 ? { west, south, east, north } : undefined;
}

/** One of the known words. */
function readWord<Word extends string>(
  value: string,
  known: readonly Word[],
  ignored: (expected: string) => void,
): Word | undefined {
  const word = known.find((one) => one === value);
  if (word === undefined) ignored(`one of ${known.join(', ')}`);
  return word;
}

/** The known words of a list, each once, in the order in which they are known; undefined where there is none. */
function readWords<Word extends string>(
  text: string,
  known: readonly Word[],
  ignored: (expected: string) => void,
): Word[] | undefined {
  const given: string[] = readList(text);
  const words = known.filter((word) => given.includes(word));
  if (words.length < new Set(given).size) ignored(`of ${known.join(', ')}`);
  return words.length === 0 ? undefined : words;
}
