import { readFile } from 'node:fs/promises';
import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { qcConfig } from '../check/qc-config';
import { EXIT, explainSystemError, ToolError } from '../tool-error';
import { CALIBRATION_COLUMN } from './calibration-log';
import { calibrationConfig } from './calibration';
import { declaredCalibrations, ieaTask43Reference } from './declared-calibrations';
import { tableSettings } from '../inputs/table/table-settings';
import { devicePattern } from './device-pattern';
import { clockRule } from './clock-rule';
import { columnSource, ownColumns, payloadRule } from './payload-rule';
import { CONVERTED_COLUMNS, projectedPosition } from './projected-position';
import { preset, PRESET_NAMES } from './presets';
import { provenanceColumns } from './provenance';
import { timeRuleProblem } from './message-time';

const columnMapping = z
  .strictObject({
    /** Name in the lake. */
    name: z.string().regex(/^[A-Za-z][A-Za-z0-9_]*$/, 'use letters, digits and _'),
    ...columnSource,
    type: z.enum(['timestamp', 'text', 'double', 'float', 'integer', 'bigint', 'boolean']).optional(),
    role: z.enum(['time', 'device', 'latitude', 'longitude', 'depth', 'variable', 'flag', 'about']).default('variable'),
    unit: z.string().optional(),
    standardName: z.string().optional(),
    longName: z.string().optional(),
  })
  // A field that is called as its column is to be called needs no mention.
  .transform(({ from, ...column }) => ({ ...column, from: from ?? column.name }));

const deviceMapping = z.strictObject({
  id: z.string().min(1),
  depth: z.number().optional(),
  model: z.string().optional(),
  serialNumber: z.coerce.string().optional(),
  firmware: z.coerce.string().optional(),
});

const stationMapping = z.strictObject({
  id: z.string().min(1),
  name: z.string().optional(),
  latitude: z.number().min(-90).max(90).optional(),
  longitude: z.number().min(-180).max(180).optional(),
  devices: z.array(deviceMapping).default([]),
});

const tableMapping = tableSettings.extend({ columns: ownColumns });

const mappingFile = z.strictObject({
  preset: z.enum(PRESET_NAMES).optional(),
  title: z.string().optional(),
  license: z.string().optional(),
  attribution: z.string().optional(),
  stations: z.array(stationMapping).default([]),
  /** The station of devices that no station lists: a fixed one, or taken from `from`. Without it, the device's id. */
  station: z.union([z.strictObject({ id: z.string().min(1) }), z.strictObject({ from: z.string().min(1) })]).optional(),
  columns: z.array(columnMapping).default([]),
  /** How messages are read; without it, all are of the schema given on the command line. */
  payload: z.array(payloadRule).default([]),
  /** Where positions are not WGS84; the columns latitude and longitude are then made from them. */
  position: projectedPosition.optional(),
  /** Clocks of devices that are known to be wrong. */
  clocks: z.array(clockRule).default([]),
  /** What is known of instruments by their names. */
  devices: z.array(devicePattern).default([]),
  /** How tables are read, where captures are tables and not messages. */
  table: tableMapping.optional(),
  /** What is known about the errors of single instruments. */
  calibrations: z.array(calibrationConfig).default([]),
  ieaTask43: ieaTask43Reference.optional(),
  /** Quality tests whose flags stand beside the values. */
  checks: qcConfig.optional(),
  /** A column `h3_cell` with the H3 cell of each position. */
  h3: z.strictObject({ resolution: z.int().min(0).max(15) }).optional(),
});

export type ColumnMapping = z.output<typeof columnMapping>;
export type StationMapping = z.infer<typeof stationMapping>;
type MappingFile = z.output<typeof mappingFile>;

/** How messages become rows: columns, and the station each device belongs to. */
export interface Mapping extends Omit<MappingFile, 'ieaTask43'> {
  /** What files that it names are looked for beside: the path of the mapping itself. */
  source: string;
}

/**
 * Reads a mapping from YAML text. With `preset`, its columns come first, a column of the same name replaces it, and its
 * payload rules come last.
 * @param source what to call the text in errors
 * @throws ToolError naming the place in the file that is wrong
 */
export function parseMapping(text: string, source: string): Mapping {
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    throw mappingError(source, error.message);
  }
  const parsed = mappingFile.safeParse(value ?? {});
  if (!parsed.success) throw mappingError(source, z.prettifyError(parsed.error));
  const mapping = completed(parsed.data);
  const problems = problemsOf(mapping);
  if (problems.length > 0) throw mappingError(source, problems.join('\n'));
  return { ...mapping, calibrations: declaredCalibrations(mapping, source), source };
}

/**
 * Reads a mapping file.
 * @throws ToolError where it cannot be read, or is wrong
 */
export async function readMapping(path: string): Promise<Mapping> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw explainSystemError(error, 'read', path, EXIT.usage);
  });
  return parseMapping(text, path);
}

/** The mapping used where none is given, for messages that a preset knows; undefined for any other. */
export function presetMapping(messageName: string): Mapping | undefined {
  return messageName.split('.').at(-1) === 'OceanTelemetry'
    ? parseMapping('preset: ocean-telemetry', 'preset')
    : undefined;
}

function completed(given: MappingFile): MappingFile {
  const converted = given.position === undefined ? [] : CONVERTED_COLUMNS.map((column) => columnMapping.parse(column));
  const file = withPreset({ ...given, columns: [...given.columns, ...converted] });
  const provenance = provenanceColumns(file).map((column) => columnMapping.parse(column));
  const added = provenance.filter(({ name }) => !file.columns.some((column) => column.name === name));
  return { ...file, columns: [...file.columns, ...added] };
}

function withPreset(file: MappingFile): MappingFile {
  if (file.preset === undefined) return file;
  const { columns: known, payload = [], table, checks } = preset(file.preset);
  const brought = known.map((column) => columnMapping.parse(column));
  const own = new Map(file.columns.map((column) => [column.name, column]));
  const columns = brought.map((column) => own.get(column.name) ?? column);
  const added = file.columns.filter(({ name }) => !brought.some((column) => column.name === name));
  return {
    ...file,
    columns: [...columns, ...added],
    payload: [...file.payload, ...payload.map((rule) => payloadRule.parse(rule))],
    ...(table === undefined ? {} : { table: tableMapping.parse({ ...table, ...file.table }) }),
    ...(checks === undefined || file.checks !== undefined ? {} : { checks: qcConfig.parse(checks) }),
  };
}

function problemsOf({ columns, stations, calibrations, ieaTask43, payload, position, table }: MappingFile): string[] {
  const problems: string[] = [];
  if (table?.others === true && payload.length > 0) {
    problems.push('✖ table.others: beside payload rules the columns of tables are named, under columns');
  }
  for (const [key, name] of Object.entries(position ?? {})) {
    if (key === 'crs' || columns.some((column) => column.name === name)) continue;
    problems.push(`✖ position.${key}: there is no column ${name}`);
  }
  const once = (values: string[], what: string): void => {
    for (const value of new Set(values.filter((each, index) => values.indexOf(each) !== index))) {
      problems.push(`✖ ${what} ${value} is there twice`);
    }
  };
  once(
    columns.map(({ name }) => name),
    'columns: the name',
  );
  once(
    stations.map(({ id }) => id),
    'stations: the id',
  );
  once(
    stations.flatMap(({ devices }) => devices.map(({ id }) => id)),
    'stations: the device',
  );
  for (const role of ['time', 'device', 'latitude', 'longitude', 'depth'] as const) {
    const named = columns.filter((column) => column.role === role);
    if (named.length > 1)
      problems.push(`✖ columns: ${named.map(({ name }) => name).join(' and ')} both have the role ${role}`);
    if (named.length === 0 && (role === 'time' || role === 'device'))
      problems.push(`✖ columns: none has the role ${role}`);
  }
  for (const { name, role, type } of columns) {
    const wanted = { time: 'timestamp', device: 'text', latitude: 'double', longitude: 'double', depth: 'double' };
    const expected = role in wanted ? wanted[role as keyof typeof wanted] : undefined;
    if (expected !== undefined && type !== undefined && type !== expected) {
      problems.push(`✖ columns.${name}: a column of role ${role} has the type ${expected}, not ${type}`);
    }
    if (['station', 'year', 'month', 'day'].includes(name)) {
      problems.push(`✖ columns.${name}: the lake uses this name for its folders, choose another`);
    }
  }
  const own = [...payload.flatMap((rule) => ('columns' in rule ? rule.columns : [])), ...(table?.columns ?? [])];
  for (const column of [...columns, ...own]) {
    const problem = timeRuleProblem(column);
    if (problem !== undefined) problems.push(`✖ columns.${column.name}.${problem}`);
    if (!columns.some(({ name }) => name === column.name)) {
      problems.push(
        `✖ ${table === undefined ? 'payload' : 'payload or table'}: there is no column ${column.name}; give it among the mapping's columns`,
      );
    }
  }
  const isCalibrated = calibrations.length > 0 || ieaTask43 !== undefined;
  if (isCalibrated && columns.some(({ name }) => name === CALIBRATION_COLUMN)) {
    problems.push(`✖ columns.${CALIBRATION_COLUMN}: this column tells the calibrations applied, choose another name`);
  }
  return problems;
}

function mappingError(source: string, problem: string): ToolError {
  return new ToolError(
    EXIT.usage,
    `The mapping ${source} is wrong:\n${problem}`,
    'docs/mapping.md describes every key.',
  );
}
