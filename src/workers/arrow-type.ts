import { DataType, DateUnit, IntervalUnit, Precision, TimeUnit } from 'apache-arrow';

/** Decimal places of a second in each of Arrow's time units. */
export const SECOND_DIGITS: Record<TimeUnit, number> = {
  [TimeUnit.SECOND]: 0,
  [TimeUnit.MILLISECOND]: 3,
  [TimeUnit.MICROSECOND]: 6,
  [TimeUnit.NANOSECOND]: 9,
};

const TIMESTAMP_NAMES: Record<TimeUnit, string> = {
  [TimeUnit.SECOND]: 'TIMESTAMP_S',
  [TimeUnit.MILLISECOND]: 'TIMESTAMP_MS',
  [TimeUnit.MICROSECOND]: 'TIMESTAMP',
  [TimeUnit.NANOSECOND]: 'TIMESTAMP_NS',
};

const INTEGER_NAMES: Record<number, string> = { 8: 'TINYINT', 16: 'SMALLINT', 32: 'INTEGER', 64: 'BIGINT' };

/** DuckDB takes no half floats; the decoder widens them. */
const FLOAT_NAMES: Record<Precision, string> = {
  [Precision.HALF]: 'FLOAT',
  [Precision.SINGLE]: 'FLOAT',
  [Precision.DOUBLE]: 'DOUBLE',
};

/** DuckDB's name of the type that it hands out as an Arrow type; undefined for types it never hands out or takes. */
export function duckdbTypeOf(type: DataType): string | undefined {
  if (DataType.isNull(type)) return '"NULL"';
  if (DataType.isBool(type)) return 'BOOLEAN';
  if (DataType.isInt(type)) return `${type.isSigned ? '' : 'U'}${INTEGER_NAMES[type.bitWidth] ?? 'BIGINT'}`;
  if (DataType.isFloat(type)) return FLOAT_NAMES[type.precision];
  if (DataType.isDecimal(type)) {
    // DuckDB sends HUGEINT, what sum() gives, as a decimal without places.
    return type.scale === 0 && type.precision === 38 ? 'HUGEINT' : `DECIMAL(${type.precision},${type.scale})`;
  }
  if (DataType.isTimestamp(type)) {
    return type.timezone ? 'TIMESTAMP WITH TIME ZONE' : TIMESTAMP_NAMES[type.unit];
  }
  if (DataType.isDate(type)) return type.unit === DateUnit.DAY ? 'DATE' : 'TIMESTAMP_MS';
  if (DataType.isTime(type)) return 'TIME';
  if (DataType.isInterval(type)) return type.unit === IntervalUnit.MONTH_DAY_NANO ? 'INTERVAL' : undefined;
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) return 'VARCHAR';
  if (DataType.isBinary(type) || DataType.isLargeBinary(type)) return 'BLOB';
  if (DataType.isFixedSizeBinary(type)) return 'BLOB';
  if (DataType.isDictionary(type)) return duckdbTypeOf(type.dictionary);
  return nestedTypeOf(type);
}

/** Half floats within other types stay as they are. */
function childTypeOf(type: DataType): string | undefined {
  return DataType.isFloat(type) && type.precision === Precision.HALF ? undefined : duckdbTypeOf(type);
}

function nestedTypeOf(type: DataType): string | undefined {
  const children = (type.children ?? []).map((field) => ({ name: field.name, type: childTypeOf(field.type) }));
  if (children.some((child) => child.type === undefined)) return undefined;
  const [first] = children;
  if (DataType.isList(type)) return `${first?.type}[]`;
  if (DataType.isFixedSizeList(type)) return `${first?.type}[${type.listSize}]`;
  const fields = children.map(({ name, type: child }) => `"${name.replaceAll('"', '""')}" ${child}`).join(', ');
  if (DataType.isStruct(type)) return `STRUCT(${fields})`;
  if (DataType.isMap(type) && DataType.isStruct(type.children[0]?.type)) {
    const [key, value] = type.children[0].type.children.map((field) => duckdbTypeOf(field.type));
    return `MAP(${key}, ${value})`;
  }
  return undefined;
}
