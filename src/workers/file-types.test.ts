import { describe, expect, it } from 'vitest';
import { fitsInto, unitedType } from './file-types';

describe('fitsInto', () => {
  it.each([
    ['SMALLINT', 'BIGINT'],
    ['UINTEGER', 'BIGINT'],
    ['BIGINT', 'DOUBLE'],
    ['FLOAT', 'DOUBLE'],
    ['DECIMAL(9,2)', 'DOUBLE'],
    ['TIMESTAMP WITH TIME ZONE', 'TIMESTAMP'],
    ['TIMESTAMP_MS', 'TIMESTAMP'],
    ['DATE', 'TIMESTAMP'],
    ['"NULL"', 'VARCHAR'],
    ['STRUCT("a" INTEGER)', 'STRUCT("a" INTEGER)'],
    ['DECIMAL(9,2)', 'DECIMAL(12,4)'],
    ['INTEGER', 'DECIMAL(12,2)'],
    ['DECIMAL(18,0)', 'HUGEINT'],
    ['SMALLINT[]', 'BIGINT[]'],
  ])('puts %s into %s', (from, to) => {
    expect(fitsInto(from, to)).toBe(true);
  });

  it.each([
    ['DOUBLE', 'FLOAT'],
    ['BIGINT', 'INTEGER'],
    ['UBIGINT', 'BIGINT'],
    ['BIGINT', 'FLOAT'],
    ['VARCHAR', 'DOUBLE'],
    ['DOUBLE', 'VARCHAR'],
    ['TIMESTAMP', 'DATE'],
    ['TIMESTAMP_NS', 'TIMESTAMP'],
    ['BOOLEAN', 'INTEGER'],
    ['INTEGER[]', 'INTEGER'],
    // A cast would round, or fail, without anybody hearing of it.
    ['DECIMAL(9,4)', 'DECIMAL(9,2)'],
    ['DECIMAL(9,2)', 'HUGEINT'],
    ['DECIMAL(12,2)', 'DECIMAL(9,2)'],
    ['HUGEINT', 'BIGINT'],
    ['INTEGER', 'DECIMAL(9,2)'],
    ['DOUBLE[]', 'INTEGER[]'],
  ])('does not put %s into %s', (from, to) => {
    expect(fitsInto(from, to)).toBe(false);
  });
});

describe('unitedType', () => {
  it.each([
    ['INTEGER', 'DOUBLE', 'DOUBLE'],
    ['INTEGER', 'FLOAT', 'DOUBLE'],
    ['SMALLINT', 'FLOAT', 'FLOAT'],
    ['TINYINT', 'UTINYINT', 'SMALLINT'],
    ['BIGINT', 'UBIGINT', 'HUGEINT'],
    ['DECIMAL(9,2)', 'DECIMAL(9,4)', 'DECIMAL(11,4)'],
    ['INTEGER', 'DECIMAL(9,2)', 'DECIMAL(12,2)'],
    ['DECIMAL(38,2)', 'DECIMAL(38,10)', 'DOUBLE'],
    ['DECIMAL(9,2)', 'FLOAT', 'DOUBLE'],
    ['DATE', 'TIMESTAMP', 'TIMESTAMP'],
    ['TIMESTAMP', 'TIMESTAMP_NS', 'TIMESTAMP_NS'],
    ['"NULL"', 'VARCHAR', 'VARCHAR'],
    ['INTEGER[]', 'FLOAT[]', 'DOUBLE[]'],
  ])('puts %s and %s into %s', (first, second, united) => {
    expect(unitedType(first, second)).toBe(united);
    expect(unitedType(second, first)).toBe(united);
  });

  it.each([
    ['VARCHAR', 'DOUBLE'],
    ['BOOLEAN', 'INTEGER'],
    ['TIMESTAMP', 'BIGINT'],
    ['INTEGER[]', 'INTEGER'],
    ['STRUCT("a" INTEGER)', 'STRUCT("b" INTEGER)'],
  ])('has nothing for %s and %s', (first, second) => {
    expect(unitedType(first, second)).toBeUndefined();
  });
});
