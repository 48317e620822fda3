import { splitAddresses } from '../sources/lake-source';
import { formatUtc, parseUtc } from '../views/utc-text';

/** The tabs below the pictures. */
export const TABS = ['table', 'sql', 'analysis'] as const;
export type Tab = (typeof TABS)[number];

/** What the table tab shows: a row for each device, or for each observation. */
export const TABLES = ['statistics', 'rows'] as const;
export type TableKind = (typeof TABLES)[number];

/**
 * The page's whole state, as a link carries it. What is absent is the default: all stations, all devices, the first
 * variable, the last full month, the table.
 */
export interface UrlState {
  lake?: string | undefined;
  stations?: string[] | undefined;
  devices?: string[] | undefined;
  variable?: string | undefined;
  /** The window, UTC milliseconds; `to` is excluded. */
  from?: number | undefined;
  to?: number | undefined;
  tab?: Tab | undefined;
  table?: TableKind | undefined;
  analysis?: string | undefined;
  sql?: string | undefined;
  /** Parameters of analyses, and whatever a later version of the page may have put into the link. */
  others: Record<string, string>;
}

/** The version of the link's format. Older links keep working; newer ones are read as far as they are understood. */
const LINK_VERSION = 1;

const KNOWN = new Set(['lake', 'v', 'station', 'devices', 'var', 'from', 'to', 'tab', 'table', 'analysis', 'sql']);

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

function urlWithoutSecrets(url: string): string {
  const bare = url.trim().replace(/#.*$/s, '');
  const withoutUser = bare.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1');
  const [path = '', query] = splitOnce(withoutUser, '?');
  const kept = query?.split('&').filter((pair) => !SECRET_KEY.test(decode(splitOnce(pair, '=')[0] ?? '') ?? pair));
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
    const key = decode(rawKey);
    const value = decode(rawValue);
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
      if (value !== '') state.variable = value;
      return;
    case 'from':
    case 'to': {
      const time = parseUtc(value);
      if (time === undefined) ignored('a UTC date such as 2012-01-31 or 2012-01-31T06:00');
      else state[key] = time;
      return;
    }
    case 'tab': {
      const tab = TABS.find((known) => known === value);
      if (tab === undefined) ignored(`one of ${TABS.join(', ')}`);
      else state.tab = tab;
      return;
    }
    case 'table': {
      const table = TABLES.find((known) => known === value);
      if (table === undefined) ignored(`one of ${TABLES.join(', ')}`);
      else state.table = table;
      return;
    }
    case 'analysis':
      if (value !== '') state.analysis = value;
      return;
    case 'sql':
      if (value.trim() !== '') state.sql = value;
      return;
    default:
      if (!SECRET_KEY.test(key)) state.others = { ...state.others, [key]: value };
  }
}

/** Writes the hash of a state, `#` included; '' for an empty state. The same state gives the same text. */
export function formatUrlState(state: UrlState): string {
  const { lake, stations, devices, from, to } = state;
  const pairs: [string, string | undefined][] = [
    ['lake', lake === undefined ? undefined : encode(withoutSecrets(lake))],
    ['v', lake === undefined ? undefined : String(LINK_VERSION)],
    ['station', stations && writeList(stations)],
    ['devices', devices && writeList(devices)],
    ['var', state.variable === undefined ? undefined : encode(state.variable)],
    ['from', from === undefined ? undefined : formatUtc(from, 'T')],
    ['to', to === undefined ? undefined : formatUtc(to, 'T')],
    ['tab', state.tab],
    ['table', state.table],
    ['analysis', state.analysis === undefined ? undefined : encode(state.analysis)],
    ...Object.entries(state.others)
      .filter(([key]) => !KNOWN.has(key) && !SECRET_KEY.test(key))
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, value]): [string, string] => [encode(key).replaceAll('=', '%3D'), encode(value)]),
    ['sql', state.sql === undefined ? undefined : encode(state.sql)],
  ];
  const text = pairs.flatMap(([key, value]) => (value === undefined ? [] : `${key}=${value}`)).join('&');
  return text === '' ? '' : `#${text}`;
}

/** Splits at the separator's first place; the second part is undefined where there is none. */
function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** Percent-encodes what would end or split a value; `/`, `:` and blanks (as `+`) stay readable. */
function encode(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\uFFFD'))
    .replace(/%20/g, '+')
    .replace(/%2F/g, '/')
    .replace(/%3A/g, ':')
    .replace(/%3D/g, '=')
    .replace(/%2C/g, ',');
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

function writeList(values: readonly string[]): string {
  return values.map((value) => encode(value).replaceAll(',', '%2C')).join(',');
}

function readList(text: string): string[] {
  return text.split(',').flatMap((part) => {
    const value = decode(part);
    return value === undefined || value === '' ? [] : value;
  });
}
