import { readFile } from 'node:fs/promises';
import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { qcConfig } from '../check/qc-config';
import { EXIT, explainSystemError, ToolError } from '../tool-error';
import { CALIBRATION_COLUMN } from './calibration-log';
import { calibrationConfig } from './calibration';
import { declaredCalibrations, ieaTask43Reference } from './declared-calibrations';
import { PRESET_NAMES, presetColumns } from './presets';

const columnMapping = z.strictObject({
  /** Name in the lake. */
  name: z.string().regex(/^[A-Za-z][A-Za-z0-9_]*$/, 'use letters, digits and _'),
  /** Dotted path of a field, `topic`, `topic[2]` (counting from 0), or `receive_time`. */
  from: z.string().min(1),
  type: z.enum(['timestamp', 'text', 'double', 'float', 'integer', 'bigint', 'boolean']).optional(),
  role: z.enum(['time', 'device', 'latitude', 'longitude', 'depth', 'variable', 'flag', 'about']).default('variable'),
  unit: z.string().optional(),
  /** The unit of the number in the message, after `scale` and `offset`; it is converted to `unit`. */
  sourceUnit: z.string().optional(),
  standardName: z.string().optional(),
  longName: z.string().optional(),
  /** The value is `raw × scale + offset`. */
  scale: z.number().optional(),
  offset: z.number().optional(),
  /** What a field that is absent from the message means. */
  whenAbsent: z
    .union([
      z.literal('null'),
      z.null().transform(() => 'null' as const),
      z.literal('zero'),
      z.strictObject({ zeroWhenPresent: z.string() }),
    ])
    .optional(),
  /** Unit of a time; `auto` tells seconds, milli-, micro- and nanoseconds by magnitude. */
  epoch: z.enum(['auto', 's', 'ms', 'us', 'ns']).optional(),
});

const deviceMapping = z.strictObject({
  id: z.string().min(1),
  depth: z.number().optional(),
  model: z.string().optional(),
  serialNumber: z.coerce.string().optional(),
});

const stationMapping = z.strictObject({
  id: z.string().min(1),
  name: z.string().optional(),
  latitude: z.number().min(-90).max(90).optional(),
  longitude: z.number().min(-180).max(180).optional(),
  devices: z.array(deviceMapping).default([]),
});

const mappingFile = z.strictObject({
  preset: z.enum(PRESET_NAMES).optional(),
  title: z.string().optional(),
  license: z.string().optional(),
  attribution: z.string().optional(),
  stations: z.array(stationMapping).default([]),
  /** The station of devices that no station lists: a fixed one, or taken from `from`. Without it, the device's id. */
  station: z.union([z.strictObject({ id: z.string().min(1) }), z.strictObject({ from: z.string().min(1) })]).optional(),
  columns: z.array(columnMapping).default([]),
  /** What is known about the errors of single instruments. */
  calibrations: z.array(calibrationConfig).default([]),
  ieaTask43: ieaTask43Reference.optional(),
  /** Quality tests whose flags stand beside the values. */
  checks: qcConfig.optional(),
});

export type ColumnMapping = z.infer<typeof columnMapping>;
export type StationMapping = z.infer<typeof stationMapping>;
type MappingFile = z.infer<typeof mappingFile>;

/** How messages become rows: columns, and the station each device belongs to. */
export type Mapping = Omit<MappingFile, 'ieaTask43'>;

/**
 * Reads a mapping from YAML text. With `preset`, its columns come first; a column of the same name replaces it.
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
  return { ...mapping, calibrations: declaredCalibrations(mapping, source) };
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

function completed(file: MappingFile): MappingFile {
  if (file.preset === undefined) return file;
  const preset = presetColumns(file.preset).map((column) => columnMapping.parse(column));
  const own = new Map(file.columns.map((column) => [column.name, column]));
  const columns = preset.map((column) => own.get(column.name) ?? column);
  const added = file.columns.filter(({ name }) => !preset.some((column) => column.name === name));
  return { ...file, columns: [...columns, ...added] };
}

function problemsOf({ columns, stations, calibrations, ieaTask43 }: MappingFile): string[] {
  const problems: string[] = [];
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
    'docs/ingest.md describes every key.',
  );
}
