import type { FieldReport } from '../inspect/field-summary';
import { parseUnit, UnitError } from '../map/units';
import { columnNameOf, unitOfName } from './name-guess';

/** A column as a draft proposes it. */
export interface ColumnDraft {
  name: string;
  from: string;
  role?: 'time' | 'device' | 'latitude' | 'longitude' | 'depth' | 'about' | undefined;
  type?: 'text' | 'boolean' | 'timestamp' | undefined;
  unit?: string | undefined;
  /** What a person should look at, behind a `#`. */
  comment?: string | undefined;
}

const TIME = /(^|[._])(time(_?stamp)?(_?(unix|utc))?(_?(s|ms|us|ns))?|ts|date_?time|date|epoch|utc)$/i;
const DEVICE =
  /(^|[._])((dev(ice)?|sensor|instrument|serial|node|station|platform|buoy|float|mooring)([._-]?(id|eui|name|number|no))?|unit[._-]?id)$/i;
const POSITION = {
  latitude: /(^|[._/])lat(itude)?(_?deg(rees)?)?$/i,
  longitude: /(^|[._/])(lon|lng|long|longitude)(_?deg(rees)?)?$/i,
  depth: /(^|[._/])depth([._-]?(m|meters?|metres?))?$/i,
} as const;
/** Pressure tells the rows of a profile apart, as depth does. */
const PRESSURE = /^(pres(sure)?|prdm|prsm|p)([._-]?(dbar|sea))?$/i;
const LIMIT = { latitude: 90, longitude: 180, depth: 12_000 } as const;

/** What says how a message came rather than what was measured. */
const ABOUT = /^is_(historical|transient)$/;

/** Names that a lake's folders have. */
const FOLDERS = /^(station|year|month|day)$/;

/** Seconds of 1990 and of 2100, and the same in finer units. */
const EPOCHS = [1, 1e3, 1e6, 1e9].map((scale) => [631e6 * scale, 4.1e9 * scale] as const);

/** What a draft knows besides the fields. */
interface DraftHints {
  /** Whether the rows of one time and device are those of a profile. */
  isProfile?: boolean;
  /** What names the device where no field does. */
  device?: Pick<ColumnDraft, 'from' | 'comment'>;
}

/** The field that names a device; of a table, `id` may as well number its rows. */
export function deviceField(fields: readonly FieldReport[]): FieldReport | undefined {
  return fields.find(({ path }) => path === 'device') ?? fields.find(({ path }) => DEVICE.test(path));
}

/**
 * The columns that fields suggest: when, which device, where, and what was measured.
 * @param captures names of levels in the topic
 */
export function draftColumns(
  all: readonly FieldReport[],
  captures: readonly string[],
  { isProfile = false, device: named }: DraftHints = {},
): ColumnDraft[] {
  const fields = all.filter(({ kind, path }) => kind !== 'nothing' && isColumn(path));
  const time =
    fields.find((field) => TIME.test(field.path) && isTime(field)) ?? fields.find(({ kind }) => kind === 'time');
  const device = captures.includes('device')
    ? undefined
    : (deviceField(fields.filter((field) => field !== time)) ??
      (named === undefined ? fields.find(({ path }) => path === 'id') : undefined));
  const unnamed = named ?? { from: captures.includes('device') ? 'device' : 'topic' };
  const columns: ColumnDraft[] = [
    timeColumn(time),
    { name: 'device_id', role: 'device', ...(device === undefined ? unnamed : { from: device.path }) },
  ];
  const taken = new Set([time, device]);
  for (const role of ['latitude', 'longitude', 'depth'] as const) {
    const field = fields.find(
      (each) => !taken.has(each) && POSITION[role].test(each.path) && isWithin(each, LIMIT[role]),
    );
    if (field === undefined) continue;
    taken.add(field);
    columns.push({
      name: role,
      from: field.path,
      role,
      unit: { latitude: 'degree_north', longitude: 'degree_east', depth: 'm' }[role],
    });
  }
  const pressure = fields.find(
    (field) => !taken.has(field) && PRESSURE.test(field.path) && isWithin(field, LIMIT.depth),
  );
  if (isProfile && pressure !== undefined && !columns.some(({ role }) => role === 'depth')) {
    taken.add(pressure);
    columns.push(profilePressure(pressure));
  }
  for (const field of fields) {
    if (!taken.has(field)) columns.push(withOwnName(variableColumn(field), columns));
  }
  return columns;
}

/** A column under a name that no other has: that of its whole field, or with a number. */
function withOwnName(column: ColumnDraft, others: readonly ColumnDraft[]): ColumnDraft {
  const isTaken = (name: string): boolean => others.some((other) => other.name === name) || FOLDERS.test(name);
  if (!isTaken(column.name)) return column;
  const whole = column.from.replace(/[^A-Za-z0-9]+/g, '_').replace(/^(?=[^A-Za-z])/, 'field_');
  let name = whole;
  for (let more = 2; isTaken(name); more++) name = `${whole}_${more}`;
  return { ...column, name };
}

/** Lists of samples or of gateways would become a column an element. */
function isColumn(path: string): boolean {
  return !/\[\d+\]/.test(path);
}

function timeColumn(field: FieldReport | undefined): ColumnDraft {
  if (field === undefined) {
    return { name: 'time', from: 'receive_time', role: 'time', comment: 'no field looks like a time: that of receipt' };
  }
  return { name: 'time', from: field.path, role: 'time' };
}

/** Pressure as what tells the rows of a time apart. */
function profilePressure({ path, unit, min, max }: FieldReport): ColumnDraft {
  return {
    name: 'pressure',
    from: path,
    role: 'depth',
    unit: (unit === null ? undefined : knownUnit(unit)) ?? 'dbar',
    comment: `tells the rows of one time apart; ${min} … ${max}`,
  };
}

function isTime({ kind, min, max }: FieldReport): boolean {
  if (kind !== 'number') return kind === 'time';
  return EPOCHS.some(([from, to]) => Number(min) >= from && Number(max) <= to);
}

function isWithin({ kind, min, max }: FieldReport, limit: number): boolean {
  return kind === 'number' && Number(min) >= -limit && Number(max) <= limit;
}

function variableColumn(field: FieldReport): ColumnDraft {
  const name = columnNameOf(field.path);
  const from = field.path;
  if (field.kind === 'text') return { name, from, role: 'about', type: 'text', comment: example(field) };
  if (field.kind === 'boolean') return { name, from, ...(ABOUT.test(from) ? { role: 'about' } : {}), type: 'boolean' };
  if (field.kind === 'time') return { name, from, role: 'about', type: 'timestamp' };
  const stated = field.unit === null ? undefined : knownUnit(field.unit);
  const unit = stated ?? unitOfName(field.path);
  const range = field.min === field.max ? `${field.min}` : `${field.min} … ${field.max}`;
  const what = unit === undefined ? 'unit?' : stated === undefined ? 'unit by its name' : '';
  return { name, from, unit, comment: [range, what].filter((part) => part !== '').join('; ') };
}

function knownUnit(unit: string): string | undefined {
  try {
    parseUnit(unit);
    return unit;
  } catch (error) {
    if (error instanceof UnitError) return undefined;
    throw error;
  }
}

function example({ examples }: FieldReport): string {
  return `such as ${examples.join(', ')}`.replace(/\s+/g, ' ').slice(0, 80);
}
