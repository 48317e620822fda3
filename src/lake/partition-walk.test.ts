import { formatPartition, type PartitionKey } from '@tidelake/lake-format';
import { describe, expect, it } from 'vitest';
import { walkKeys } from '../../test/support/listed-keys';
import type { LakeSchema } from './lake-schema';
import { startWalk } from './partition-walk';
import { and, ANYTHING, NOTHING, or, type Comparison, type Literal, type Predicate } from './predicate';

const STATION: PartitionKey = { name: 'station', type: 'text' };
const CALENDAR: PartitionKey[] = [
  { name: 'year', type: 'integer', width: 4 },
  { name: 'month', type: 'integer', width: 2 },
  { name: 'day', type: 'integer', width: 2 },
];

function lakeOf(partitionKeys: PartitionKey[], exact: boolean): LakeSchema {
  return { columns: [{ name: 'time', duckdbType: 'TIMESTAMP' }], partitionKeys, timeColumn: 'time', exact };
}

const padded = lakeOf([STATION, ...CALENDAR], true);
const foreign = lakeOf([STATION, ...CALENDAR], false);

function compare(column: string, comparison: Comparison, value: string | number): Predicate {
  const literal: Literal = typeof value === 'number' ? { type: 'number', value } : { type: 'text', value };
  return { kind: 'compare', column, comparison, literal };
}

function between(from: string, to: string): Predicate {
  const literal = (text: string) => ({ type: 'timestamp', value: Date.parse(`${text}Z`) * 1000 }) as const;
  return and(
    { kind: 'compare', column: 'time', comparison: '>=', literal: literal(from) },
    { kind: 'compare', column: 'time', comparison: '<', literal: literal(to) },
  );
}

/** 96 files a day from 2024-01-01 on, of the first stations of the alphabet. */
function quarterHours(stations: string[], days: number, folders = dayFolders): string[] {
  return stations.flatMap((station) =>
    Array.from({ length: days }, (_, day) => folders(station, new Date(Date.UTC(2024, 0, 1 + day)))).flatMap((folder) =>
      Array.from({ length: 96 }, (_, quarter) => `${folder}/data_${String(quarter).padStart(4, '0')}.parquet`),
    ),
  );
}

function dayFolders(station: string, date: Date): string {
  const [year = '', month = '', day = ''] = date.toISOString().slice(0, 10).split('-');
  return `${formatPartition({ key: 'station', value: station })}/year=${year}/month=${month}/day=${day}`;
}

describe('a padded lake that describes itself', () => {
  const keys = quarterHours(['a', 'b c'], 366);

  it('lists exactly one day of one station, by time', () => {
    const where = and(compare('station', '=', 'b c'), between('2024-02-29', '2024-03-01'));
    const { files, requests } = walkKeys(keys, startWalk(padded, where));
    expect(requests).toEqual([{ prefix: 'station=b%20c/year=2024/month=02/day=29/' }]);
    expect(files).toHaveLength(96);
    expect(files[0]?.partition).toEqual({ station: 'b c', year: '2024', month: '02', day: '29' });
  });

  it('lists exactly one day of one station, by its partition keys', () => {
    const where = and(
      compare('station', '=', 'a'),
      compare('year', '=', 2024),
      compare('month', '=', 5),
      compare('day', '=', 1),
    );
    expect(walkKeys(keys, startWalk(padded, where)).requests).toEqual([
      { prefix: 'station=a/year=2024/month=05/day=01/' },
    ]);
  });

  it('lists a month of one station in one stretch, which takes the pages its keys take', () => {
    const where = and(compare('station', '=', 'a'), between('2024-01-17', '2024-02-17'));
    const start = startWalk(padded, where);
    expect(start.steps).toEqual([
      {
        prefix: 'station=a/year=2024/',
        startAfter: 'station=a/year=2024/month=01/day=17/',
        stopAt: 'station=a/year=2024/month=02/day=160',
      },
    ]);
    const { files, requests } = walkKeys(keys, start);
    expect(files).toHaveLength(31 * 96);
    expect(requests).toHaveLength(3);
  });

  it('cuts a longer time into stretches that can be listed side by side', () => {
    const where = and(compare('station', '=', 'a'), between('2024-01-01', '2025-01-01'));
    const { files, requests } = walkKeys(keys, startWalk(padded, where));
    expect(files).toHaveLength(366 * 96);
    expect(startWalk(padded, where).steps.length).toBeGreaterThan(5);
    expect(requests.length).toBeLessThan(50);
  });

  it('needs one stretch for a year of a compacted lake', () => {
    const where = and(compare('station', '=', 'a'), between('2024-01-01', '2025-01-01'));
    expect(startWalk(padded, where, { filesPerDay: 1 }).steps).toHaveLength(1);
  });

  it('lists the years where only a month is asked for, and then that month of each', () => {
    const where = and(compare('station', '=', 'a'), compare('month', '=', 2));
    const { files, requests } = walkKeys(keys, startWalk(padded, where));
    expect(requests[0]).toEqual({ prefix: 'station=a/', delimiter: '/' });
    expect(files).toHaveLength(29 * 96);
    expect(requests.length).toBeLessThanOrEqual(4);
  });

  it('lists the stations once where none is named, and counts those ruled out', () => {
    const where = and(compare('station', '>', 'a'), between('2024-02-29', '2024-03-01'));
    const { files, requests, pruned } = walkKeys(keys, startWalk(padded, where));
    expect(requests).toEqual([{ prefix: '', delimiter: '/' }, { prefix: 'station=b%20c/year=2024/month=02/day=29/' }]);
    expect(files).toHaveLength(96);
    expect(pruned).toBe(1);
  });

  it('asks nothing where no row can match', () => {
    expect(startWalk(padded, NOTHING).steps).toEqual([]);
    expect(startWalk(padded, and(compare('station', '=', 'a'), compare('station', '=', 'b'))).steps).toEqual([]);
    expect(startWalk(padded, compare('station', '=', '')).steps).toEqual([]);
  });

  it('lists everything in one go where nothing is asked', () => {
    const { files, requests } = walkKeys([...keys.slice(0, 500), '_tidelake/lake.json'], startWalk(padded, ANYTHING));
    expect(requests).toHaveLength(1);
    expect(files).toHaveLength(500);
  });

  it('leaves a hidden folder behind at the end of the page it begins in', () => {
    const hidden = Array.from({ length: 5000 }, (_, n) => `_tidelake/quarantine/${n}.parquet`);
    const { files, requests } = walkKeys([...hidden, ...keys.slice(0, 10)], startWalk(padded, ANYTHING));
    expect(files).toHaveLength(10);
    expect(requests).toEqual([{ prefix: '' }, { prefix: '', startAfter: '_tidelake0' }]);
  });

  it('asks different times of different stations', () => {
    const where = or(
      and(compare('station', '=', 'a'), between('2024-02-29', '2024-03-01')),
      and(compare('station', '=', 'b c'), between('2024-03-05', '2024-03-06')),
    );
    expect(walkKeys(keys, startWalk(padded, where)).requests.map((step) => step.prefix)).toEqual([
      'station=a/year=2024/month=02/day=29/',
      'station=b%20c/year=2024/month=03/day=05/',
    ]);
  });

  it('visits a station below its days by name', () => {
    const schema = lakeOf([...CALENDAR, STATION], true);
    const where = and(compare('station', '=', 'a'), between('2024-02-01', '2024-03-01'));
    const { requests } = walkKeys([], startWalk(schema, where));
    expect(requests).toHaveLength(29);
    expect(requests[0]).toEqual({ prefix: 'year=2024/month=02/day=01/station=a/' });
  });

  it('plans a month of 500 stations in one request for the stations and one each', () => {
    const stations = Array.from({ length: 500 }, (_, n) => `s${String(n).padStart(3, '0')}`);
    const some = stations.map((station) => `${dayFolders(station, new Date(Date.UTC(2024, 1, 1)))}/x.parquet`);
    const { files, requests } = walkKeys(some, startWalk(padded, between('2024-02-01', '2024-03-01')));
    expect(files).toHaveLength(500);
    expect(requests).toHaveLength(501);
  });

  it('does not name twenty years of folders for a lake that may hold one', () => {
    const start = startWalk(padded, and(compare('station', '=', 'a'), between('2005-01-01', '2025-01-01')));
    expect(start.steps).toEqual([{ prefix: 'station=a/', delimiter: '/' }]);
  });
});

describe('a foreign lake', () => {
  it('allows a day of slack either way: rows of day D+1 may sit in day=D', () => {
    const keys = quarterHours(['a'], 40);
    const where = and(compare('station', '=', 'a'), between('2024-01-10', '2024-01-11'));
    const { files, requests } = walkKeys(keys, startWalk(foreign, where));
    expect(new Set(files.map((file) => file.partition['day']))).toEqual(new Set(['09', '10', '11']));
    expect(requests.map((step) => step.prefix)).toEqual([
      'station=a/',
      'station=a/year=2024/',
      'station=a/year=2024/month=01/',
      'station=a/year=2024/month=01/',
    ]);
  });

  it('plans a station-month in a dozen requests without trusting how its folders are spelt', () => {
    const where = and(compare('station', '=', 'b'), between('2024-02-01', '2024-03-01'));
    const { files, requests } = walkKeys(quarterHours(['a', 'b', 'c'], 120), startWalk(foreign, where));
    expect(files).toHaveLength(31 * 96);
    expect(requests.length).toBeLessThanOrEqual(12);
  });

  it('takes no slack on partition keys that the query itself speaks of', () => {
    const keys = quarterHours(['a'], 40);
    const where = and(compare('station', '=', 'a'), compare('month', '=', 1), compare('day', '=', 10));
    expect(walkKeys(keys, startWalk(foreign, where)).files).toHaveLength(96);
  });

  it('finds folders that are padded here and not there', () => {
    const keys = ['station=a/year=2024/month=2/day=3/x.parquet', 'station=a/year=2024/month=02/day=03/y.parquet'];
    const where = and(compare('station', '=', 'a'), between('2024-02-03', '2024-02-04'));
    expect(walkKeys(keys, startWalk(foreign, where)).files.map((file) => file.key)).toEqual(
      expect.arrayContaining(keys),
    );
  });

  it('is one stretch for a station-day where a complete listing has shown the folders to be uniform', () => {
    const where = and(compare('station', '=', 'a'), between('2024-01-10', '2024-01-11'));
    expect(startWalk(foreign, where, { uniformFolders: true }).steps).toHaveLength(1);
  });

  it('lists the stations where the value may be escaped in more than one way', () => {
    const keys = [
      'station=a:b/year=2024/month=02/day=03/x.parquet',
      'station=a%3Ab/year=2024/month=02/day=03/y.parquet',
    ];
    expect(walkKeys(keys, startWalk(foreign, compare('station', '=', 'a:b'))).files).toHaveLength(2);
  });

  it('keeps null folders for IS NULL and drops them for values', () => {
    const keys = ['station=__HIVE_DEFAULT_PARTITION__/x.parquet', 'station=a/y.parquet'];
    const schema = lakeOf([STATION], false);
    const isNull: Predicate = { kind: 'null', column: 'station', isNull: true };
    expect(walkKeys(keys, startWalk(schema, isNull)).files.map((file) => file.partition)).toEqual([{ station: null }]);
    expect(walkKeys(keys, startWalk(schema, compare('station', '>=', ''))).files).toHaveLength(1);
  });

  it('finds files that lie in the folders between, and in plain folders', () => {
    const keys = [
      'loose.parquet',
      'station=a/loose.parquet',
      'station=a/archive/old.parquet',
      'station=a/year=2024/month=02/day=03/x.parquet',
      'station=a/year=2023/month=02/day=03/x.parquet',
      'station=a/_temporary/x.parquet',
    ];
    const { files } = walkKeys(keys, startWalk(foreign, between('2024-02-03', '2024-02-04')));
    expect(files.map((file) => file.key).sort()).toEqual(keys.slice(0, 4).sort());
  });

  it('pages through folders and lists none twice', () => {
    const keys = quarterHours(['a', 'b', 'c', 'd', 'e'], 3);
    const { files } = walkKeys(keys, startWalk(foreign, between('2024-01-01', '2024-01-05')), 2);
    expect(files.map((file) => file.key).sort()).toEqual(keys);
  });

  it('does not lose what a listing of a level shows between two folders', () => {
    const keys = ['day=01/x.parquet', 'day=015.parquet', 'day=02/x.parquet', 'day=03/x.parquet'];
    const schema = lakeOf([{ name: 'day', type: 'integer', width: 2 }], false);
    const { files } = walkKeys(keys, startWalk(schema, compare('day', '<=', 2)));
    expect(files.map((file) => file.key).sort()).toEqual(keys.slice(0, 3));
  });

  it('keeps what a folder name does not say as a number', () => {
    const keys = ['year=unknown/x.parquet', 'year=2024/y.parquet', 'year=99999999999999999999/z.parquet'];
    const schema = lakeOf([{ name: 'year', type: 'integer' }], false);
    const { files } = walkKeys(keys, startWalk(schema, compare('year', '=', 2023)));
    expect(files.map((file) => file.key)).toEqual([keys[2], keys[0]]);
  });
});
