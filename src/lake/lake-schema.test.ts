import { DEFAULT_PARTITIONING, type LakeDescription } from '@tidelake/lake-format';
import { describe, expect, it } from 'vitest';
import { createTableSql, schemaOfDescription, schemaOfForeignLake, tableColumns } from './lake-schema';
import { quoteIdentifier, quoteLiteral } from './sql-identifier';

const description: LakeDescription = {
  format: 'tidelake',
  version: 1,
  partitioning: DEFAULT_PARTITIONING,
  columns: [
    { name: 'time', type: 'timestamp', role: 'time' },
    { name: 'device_id', type: 'text', role: 'device' },
    { name: 'temperature', type: 'double', role: 'variable' },
    { name: 'temperature_qc', type: 'integer', role: 'flag' },
  ],
  stations: [],
  totals: { files: 0, bytes: 0 },
};

describe('schemaOfDescription', () => {
  it('makes a table of the files’ columns and then the partition keys', () => {
    expect(createTableSql('lake', schemaOfDescription(description))).toBe(
      'CREATE TABLE "lake" ("time" TIMESTAMP, "device_id" VARCHAR, "temperature" DOUBLE, "temperature_qc" INTEGER, ' +
        '"station" VARCHAR, "year" BIGINT, "month" BIGINT, "day" BIGINT)',
    );
  });

  it('knows the time column and that rows lie in their own day', () => {
    expect(schemaOfDescription(description)).toMatchObject({ timeColumn: 'time', exact: true });
    expect(schemaOfDescription({ ...description, columns: [] }).timeColumn).toBeNull();
  });
});

describe('schemaOfForeignLake', () => {
  const column = (name: string, duckdbType: string) => ({ name, duckdbType });

  it('lets the folder’s value take the place of a column of the same name in the files', () => {
    const schema = schemaOfForeignLake(
      [column('STATION', 'INTEGER'), column('v', 'DOUBLE')],
      [
        { name: 'station', type: 'text' },
        { name: 'day', type: 'integer' },
      ],
    );
    expect(tableColumns(schema)).toEqual([
      column('STATION', 'VARCHAR'),
      column('v', 'DOUBLE'),
      column('day', 'BIGINT'),
    ]);
  });

  it('takes the only TIMESTAMP for the time, else the one with a customary name, else none', () => {
    const timeOf = (...names: string[]) =>
      schemaOfForeignLake(
        names.map((name) => column(name, 'TIMESTAMP')),
        [],
      ).timeColumn;
    expect(timeOf('recorded')).toBe('recorded');
    expect(timeOf('received_at', 'Timestamp', 'calibrated')).toBe('Timestamp');
    expect(timeOf('received_at', 'calibrated')).toBeNull();
    expect(timeOf()).toBeNull();
    expect(schemaOfForeignLake([column('time', 'BIGINT')], [])).toMatchObject({ timeColumn: null, exact: false });
  });
});

describe('quoting', () => {
  it('doubles the quotes', () => {
    expect(quoteIdentifier('od"d')).toBe('"od""d"');
    expect(quoteLiteral("it's")).toBe("'it''s'");
  });
});
