import { encodePartitionText, type ColumnType, type PartitionKey } from '@tidelake/lake-format';
import { columnLines, foreignNote, keyLines, listed } from './hive-columns';
import { encodedStations, needScheme, type LakeTable } from './lake-table';
import { HIVE, qualifiedName, remarks } from './quoting';

const TYPES: Record<ColumnType, string> = {
  timestamp: 'timestamp',
  text: 'string',
  double: 'double',
  float: 'float',
  integer: 'int',
  bigint: 'bigint',
  boolean: 'boolean',
};

/** More values than "a few dozen" make an enum projection slow, says Athena's guide. */
const MOST_ENUM_VALUES = 60;

/** Years after the last observation that are projected, so that the table need not be made anew every January. */
const YEARS_AHEAD = 10;

/**
 * An external table with partition projection, which needs no crawler and no repair: partitions are computed from the query.
 * Source: docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html, create-table.html.
 */
export function athenaStatement(table: LakeTable): string {
  needScheme(table, 'Athena', ['s3']);
  const name = qualifiedName(table.name, HIVE);
  const projection = projectionOf(table);
  const properties = projection.properties.map(([key, value]) => `${HIVE.text(key)} = ${HIVE.text(value)}`);
  return [
    foreignNote(table),
    remarks(...projection.notes),
    `CREATE EXTERNAL TABLE IF NOT EXISTS ${name} ${listed(columnLines(table, TYPES, HIVE))}\n`,
    table.title === undefined ? '' : `COMMENT ${HIVE.text(table.title)}\n`,
    `PARTITIONED BY ${listed(keyLines(table, TYPES, HIVE))}\n`,
    'STORED AS PARQUET\n',
    `LOCATION ${HIVE.text(`${table.location}/`)}`,
    properties.length === 0 ? '' : `\nTBLPROPERTIES ${listed(properties)}`,
    ';\n',
    projection.properties.length === 0 ? `MSCK REPAIR TABLE ${name};\n` : '',
  ].join('');
}

interface Projection {
  properties: [key: string, value: string][];
  notes: string[];
}

/** No properties where values of the folders would differ from those of the column, which a projection cannot express. */
function projectionOf(table: LakeTable): Projection {
  const [encoded] = encodedStations(table);
  const ranges = table.keys.map((key) => rangeOf(key, table));
  if (encoded !== undefined || ranges.some((range) => range === undefined)) {
    const reason =
      encoded === undefined
        ? 'lake.json does not say which values the folders have'
        : `the folder of the station ${encoded} is percent-encoded`;
    return {
      properties: [],
      notes: [`Without partition projection: ${reason}. Repair the table when days are added.`],
    };
  }
  const isInjected = ranges.some((range) => range?.[0]?.[1] === 'injected');
  return {
    properties: [
      ['projection.enabled', 'true'],
      ...ranges.flatMap((range) => range ?? []),
      [
        'storage.location.template',
        `${table.location}/${table.keys.map(({ name }) => `${encodePartitionText(name)}=\${${name}}`).join('/')}/`,
      ],
    ],
    notes: isInjected ? ["Every query has to name its station: WHERE station = 'x' or station IN ('x', 'y')."] : [],
  };
}

function rangeOf({ name, type, width }: PartitionKey, { stations, years }: LakeTable): [string, string][] | undefined {
  const key = `projection.${name}`;
  if (name === 'station' && type === 'text') {
    const isEnum =
      stations.length > 0 && stations.length <= MOST_ENUM_VALUES && stations.every((id) => !id.includes(','));
    return isEnum
      ? [
          [`${key}.type`, 'enum'],
          [`${key}.values`, stations.join(',')],
        ]
      : [[`${key}.type`, 'injected']];
  }
  const range = name === 'month' ? '1,12' : name === 'day' ? '1,31' : undefined;
  const yearRange = name === 'year' && years !== undefined ? `${years.first},${years.last + YEARS_AHEAD}` : undefined;
  const values = range ?? yearRange;
  if (values === undefined || type !== 'integer') return undefined;
  const digits: [string, string][] = width === undefined ? [] : [[`${key}.digits`, String(width)]];
  return [[`${key}.type`, 'integer'], [`${key}.range`, values], ...digits];
}
