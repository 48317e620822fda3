import type { ColumnType } from '@tidelake/lake-format';
import type { Scalar } from '../decode/decoded-column';
import type { RecordSchema } from '../decode/record-schema';
import type { StringDictionary } from '../decode/string-dictionary';
import type { RowColumn } from '../rows/column-values';
import { EXIT, ToolError } from '../tool-error';
import type { ColumnMapping, Mapping } from './mapping';
import { convertedAxis, type Axis } from './projected-position';
import { provenanceOf, type Provenance } from './provenance';
import { rawScale, unitScale, type LinearScale } from './source-scale';

/** Where a column's values come from. */
export type ColumnSource =
  | { kind: 'field'; path: string }
  | { kind: 'topic'; level: number | undefined }
  | { kind: 'receive_time' }
  | { kind: 'capture' }
  | { kind: 'converted'; axis: Axis }
  | { kind: 'provenance'; of: Provenance };

/** What an absent field means: null, zero, or zero only where another field of the message is there. */
export type WhenAbsent = 'null' | 'zero' | { zeroWhenPresent: string };

/** A column of a mapping, with everything that the records' schema decides filled in. */
export interface MappedColumn {
  mapping: ColumnMapping;
  type: ColumnType;
  source: ColumnSource;
  whenAbsent: WhenAbsent;
  /** Whether its values are others than the message's numbers. */
  isScaled: boolean;
  /** From the number in the message to the unit it is in there. */
  raw: LinearScale;
  /** From that unit to the lake's. */
  unit: LinearScale;
}

const TYPE_OF_SCALAR: Record<Scalar, ColumnType> = {
  double: 'double',
  float: 'float',
  int32: 'integer',
  sint32: 'integer',
  sfixed32: 'integer',
  uint32: 'bigint',
  fixed32: 'bigint',
  int64: 'bigint',
  uint64: 'bigint',
  sint64: 'bigint',
  fixed64: 'bigint',
  sfixed64: 'bigint',
  bool: 'boolean',
  enum: 'text',
  string: 'text',
  bytes: 'text',
  instant: 'timestamp',
};

const TYPE_OF_ROLE: Partial<Record<ColumnMapping['role'], ColumnType>> = {
  time: 'timestamp',
  device: 'text',
  latitude: 'double',
  longitude: 'double',
  depth: 'double',
};

/**
 * Resolves a mapping against the schema of its records.
 * @throws ToolError where a column is made from a field that is not there, or cannot become its type
 */
export function resolveColumns(mapping: Mapping, schema: RecordSchema): MappedColumn[] {
  const calibrated = new Set(mapping.calibrations.map(({ variable }) => variable));
  return mapping.columns.map((column) => resolveColumn(column, schema, calibrated.has(column.name)));
}

/** What the lake says of a mapped column. */
export function rowColumn({ mapping, type }: MappedColumn, dictionary: StringDictionary | undefined): RowColumn {
  const { name, role, unit, standardName, longName } = mapping;
  return {
    name,
    type,
    role,
    ...(unit === undefined ? {} : { unit }),
    ...(standardName === undefined ? {} : { standardName }),
    ...(longName === undefined ? {} : { longName }),
    dictionary,
  };
}

/** The source that a `from` names; a field of the message wins over the words that stand for what is beside. */
export function sourceOf(from: string, schema: RecordSchema): ColumnSource | undefined {
  const axis = convertedAxis(from);
  if (axis !== undefined) return { kind: 'converted', axis };
  const provenance = provenanceOf(from);
  if (provenance !== undefined) return { kind: 'provenance', of: provenance };
  if (schema.fieldAt(from) !== undefined) return { kind: 'field', path: from };
  if (from === 'receive_time') return { kind: 'receive_time' };
  if (from === 'capture.name') return { kind: 'capture' };
  const topic = /^topic(?:\[(\d+)\])?$/.exec(from);
  if (topic === null) return undefined;
  return { kind: 'topic', level: topic[1] === undefined ? undefined : Number(topic[1]) };
}

/** Complains that a mapping names a field that the message does not have. */
export function noSuchField(where: string, from: string, schema: RecordSchema): ToolError {
  return new ToolError(
    EXIT.usage,
    `${where}: ${schema.name} has no field ${from}`,
    `It has: ${schema.paths().join(', ')}. Besides, there are topic, topic[0] …, receive_time and capture.name.`,
  );
}

function resolveColumn(mapping: ColumnMapping, schema: RecordSchema, isCalibrated: boolean): MappedColumn {
  const where = `columns.${mapping.name}`;
  const source = sourceOf(mapping.from, schema);
  if (source === undefined) throw noSuchField(where, mapping.from, schema);
  const field = source.kind === 'field' ? schema.fieldAt(source.path) : undefined;
  const scalar = field?.scalar;
  if (source.kind === 'field' && scalar === undefined) {
    throw new ToolError(EXIT.usage, `${where}: ${mapping.from} is a message, not a value`, 'Name a field inside it.');
  }
  if (typeof mapping.whenAbsent === 'object' && schema.fieldAt(mapping.whenAbsent.zeroWhenPresent) === undefined) {
    throw noSuchField(`${where}.whenAbsent`, mapping.whenAbsent.zeroWhenPresent, schema);
  }
  const { scale, offset, sourceUnit } = mapping;
  const isScaled = isCalibrated || scale !== undefined || offset !== undefined || sourceUnit !== undefined;
  const natural = source.kind === 'receive_time' ? 'timestamp' : scalar === undefined ? 'text' : TYPE_OF_SCALAR[scalar];
  const result = mapping.type ?? TYPE_OF_ROLE[mapping.role] ?? (isScaled && natural !== 'float' ? 'double' : natural);
  const isText = source.kind === 'topic' || source.kind === 'capture' || scalar === 'string' || scalar === 'bytes';
  if (isText && result !== 'text') {
    throw new ToolError(
      EXIT.usage,
      `${where}: ${mapping.from} is text and cannot become ${result}`,
      'Give the column the type text, or another source.',
    );
  }
  if (source.kind === 'receive_time' && result !== 'timestamp') {
    throw new ToolError(
      EXIT.usage,
      `${where}: receive_time cannot become ${result}`,
      'Give the column the type timestamp.',
    );
  }
  if ((sourceUnit !== undefined || isCalibrated) && ['text', 'timestamp', 'boolean'].includes(result)) {
    throw new ToolError(
      EXIT.usage,
      sourceUnit === undefined
        ? `${where}: a ${result} cannot be calibrated`
        : `${where}.sourceUnit: a ${result} has no unit that could be converted`,
      'Give the column a type of numbers.',
    );
  }
  const position = ['latitude', 'longitude', 'depth'].includes(mapping.role);
  return {
    mapping,
    type: result,
    source,
    whenAbsent: mapping.whenAbsent ?? (position && field?.tracksPresence !== true ? 'zero' : 'null'),
    isScaled,
    raw: rawScale(mapping),
    unit: unitScale(mapping),
  };
}
