import { describe, expect, it } from 'vitest';
import { isRemovable, roleOf } from './lake-front';

const DAY = 'station=a/year=2025/month=11/day=01/part-0000.parquet';

describe('what a key of a lake is for', () => {
  it('is data below the stations, a part below manifest and rollup, and the front last', () => {
    expect(roleOf(DAY)).toBe('data');
    expect(roleOf('_tidelake/manifest/month=2025-11/part-1.parquet')).toBe('part');
    expect(roleOf('_tidelake/rollup/day/2025/part-1.parquet')).toBe('part');
    expect([roleOf('_tidelake/lake.json'), roleOf('_tidelake/manifest/index.json')]).toEqual(['front', 'front']);
  });

  it.each([
    '_tidelake/spool/here-1/messages-1.log',
    '_tidelake/swap/journal.json',
    `_tidelake/swap/made/${DAY}`,
    `_tidelake/swap/ahead/${DAY}`,
    `_tidelake/originals/${DAY}`,
    `_tidelake/tmp/1/0.parquet`,
    '_tidelake/lock',
  ])("is nothing to send or to remove for %s, which is its writer's own", (key) => {
    expect(roleOf(key)).toBe('none');
    expect(isRemovable(key)).toBe(false);
  });
});
