import { describe, expect, it } from 'vitest';
import { fitsInto } from './file-types';

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
  ])('does not put %s into %s', (from, to) => {
    expect(fitsInto(from, to)).toBe(false);
  });
});
