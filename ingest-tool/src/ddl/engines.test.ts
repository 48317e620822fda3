import { DEFAULT_PARTITIONING, type LakeDescription } from '@tidelake/lake-format';
import { describe, expect, it } from 'vitest';
import { ENGINES, tableStatement, type EngineName } from './engines';
import { lakeTable } from './lake-table';

function lakeOf(change: Partial<LakeDescription> = {}): LakeDescription {
  return {
    format: 'tidelake',
    version: 1,
    title: 'Moorings',
    partitioning: DEFAULT_PARTITIONING,
    columns: [
      { name: 'time', type: 'timestamp', role: 'time' },
      { name: 'device_id', type: 'text', role: 'device' },
      { name: 'temperature', type: 'float', role: 'variable', unit: 'degC', standardName: 'sea_water_temperature' },
      { name: 'temperature_qc', type: 'integer', role: 'flag', flagValues: [1, 4], flagMeanings: 'pass fail' },
    ],
    stations: [{ id: 'wb2', firstTime: '2011-04-28T00:00:00Z', lastTime: '2012-02-27T00:00:00Z', devices: [] }],
    totals: { files: 1, bytes: 1 },
    ...change,
  };
}

const statementOf = (
  engine: EngineName,
  lake: LakeDescription,
  location = 's3://bucket/lake/',
  name = 'lake',
): string => tableStatement(engine, lakeTable(lake, location, name));

describe('the statement that makes a lake a table', () => {
  it('has the types of the engine, the partition keys and what a column means', () => {
    const athena = statementOf('athena', lakeOf());
    expect(athena).toContain("`temperature` float COMMENT 'unit degC; CF sea_water_temperature'");
    expect(athena).toContain("`temperature_qc` int COMMENT '1 pass, 4 fail'");
    expect(athena).toContain('PARTITIONED BY (\n  `station` string,\n  `year` int,\n  `month` int,\n  `day` int\n)');
    expect(statementOf('clickhouse', lakeOf())).toContain('`temperature` Nullable(Float32) COMMENT');
    expect(statementOf('bigquery', lakeOf(), 'gs://bucket/lake')).toContain(
      "uris = ['gs://bucket/lake/station=*.parquet'],\n  hive_partition_uri_prefix = 'gs://bucket/lake'",
    );
    expect(statementOf('trino', lakeOf(), 's3://bucket/lake', 'hive.ocean.moorings')).toContain(
      `CALL "hive".system.sync_partition_metadata('ocean', 'moorings', 'FULL');`,
    );
    expect(statementOf('spark', lakeOf())).toContain("LOCATION 's3a://bucket/lake'");
  });

  it('leaves what no engine may read out: folders that start with an underscore', () => {
    for (const engine of ['duckdb', 'clickhouse'] as const) {
      expect(statementOf(engine, lakeOf())).toContain("'s3://bucket/lake/station=*/year=*/month=*/day=*/*.parquet'");
    }
  });

  it('projects partitions for Athena: few stations as a list, many from the query', () => {
    const few = statementOf('athena', lakeOf());
    expect(few).toContain("'projection.station.values' = 'wb2'");
    expect(few).toContain("'projection.year.range' = '2011,2022'");
    expect(few).toContain("'projection.month.digits' = '2'");
    expect(few).toContain("'s3://bucket/lake/station=${station}/year=${year}/month=${month}/day=${day}/'");
    const stations = Array.from({ length: 500 }, (_, index) => ({
      id: `s${index}`,
      devices: [],
      firstTime: '2020-01-01T00:00:00Z',
    }));
    const many = statementOf('athena', lakeOf({ stations }));
    expect(many).toContain("'projection.station.type' = 'injected'");
    expect(many).toMatch(/^-- Every query has to name its station/);
    const comma = statementOf(
      'athena',
      lakeOf({ stations: [{ id: 'a,b', devices: [], firstTime: '2020-01-01T00:00:00Z' }] }),
    );
    expect(comma).toContain("'projection.station.type' = 'injected'");
  });

  it('repairs instead of projecting where folders are called otherwise than their values', () => {
    const encoded = statementOf(
      'athena',
      lakeOf({ stations: [{ id: 'a b', devices: [], firstTime: '2020-01-01T00:00:00Z' }] }),
    );
    expect(encoded).not.toContain('projection.enabled');
    expect(encoded).toContain('MSCK REPAIR TABLE `lake`;');
    const unknown = statementOf('athena', lakeOf({ stations: [] }));
    expect(unknown).toContain('MSCK REPAIR TABLE `lake`;');
  });

  it('says what Hive makes of an id that is not ASCII', () => {
    const lake = lakeOf({ stations: [{ id: 'mø', devices: [] }] });
    for (const engine of ['spark', 'trino', 'athena'] as const)
      expect(statementOf(engine, lake)).toContain('The station mø is read as mÃ¸');
    expect(statementOf('clickhouse', lake)).toContain('decodeURLComponent(station)');
  });

  it('keeps hostile names and texts within their quotes, in each dialect', () => {
    const nasty = lakeOf({
      title: 'it\'s "a" `b` \\\'; DROP TABLE x; --\nnext',
      columns: [{ name: 'a"b`c\\d\'e', type: 'double', role: 'variable', longName: "o'clock\\" }],
      stations: [{ id: '\n; DROP TABLE x', devices: [] }],
    });
    expect(statementOf('duckdb', nasty)).toContain(`"a""b\`c\\d'e" IS 'o''clock\\'`);
    expect(statementOf('trino', nasty)).toContain(`"a""b\`c\\d'e" double COMMENT 'o''clock\\'`);
    expect(statementOf('spark', nasty)).toContain(`\`a"b\`\`c\\d'e\` DOUBLE COMMENT 'o\\'clock\\\\'`);
    expect(statementOf('athena', nasty)).toContain(`\`a"b\`\`c\\d'e\` double COMMENT 'o\\'clock\\\\'`);
    expect(statementOf('clickhouse', nasty)).toContain(`\`a"b\\\`c\\\\d'e\` Nullable(Float64) COMMENT 'o\\'clock\\\\'`);
    expect(statementOf('bigquery', nasty, 'gs://b')).toContain(
      `\`a"b\\\`c\\\\d'e\` FLOAT64 OPTIONS (description = 'o\\'clock\\\\')`,
    );
    for (const engine of ENGINES) {
      const lines = statementOf(engine, nasty, engine === 'bigquery' ? 'gs://b' : 's3://b').split('\n');
      expect(lines.filter((line) => line.startsWith('; DROP'))).toEqual([]);
    }
  });

  it('refuses a place that the engine cannot read, and says which it can', () => {
    expect(() => statementOf('bigquery', lakeOf())).toThrow('BigQuery cannot read s3://bucket/lake');
    expect(() => statementOf('athena', lakeOf(), '/home/lake')).toThrow('Athena cannot read /home/lake');
    expect(() => statementOf('trino', lakeOf(), '/home/lake')).toThrow('Trino cannot read');
    expect(() => statementOf('clickhouse', lakeOf(), '/home/{a}')).toThrow('wildcards');
    expect(() => statementOf('duckdb', lakeOf(), '/home/lake', 'a..b')).toThrow('empty part');
  });
});
