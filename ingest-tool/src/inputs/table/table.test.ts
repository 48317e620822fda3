import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTable as read, type Value } from './testing/read-table';

const TIMED = { time: 'instant', T: 'double' } as const;
const at = (iso: string, T: number | null) => ({ time: iso, T });

describe('a table of any dialect', () => {
  it.each([
    ['commas and ISO times', 'time,T\n2024-01-01T00:00:00Z,1.5\n2024-01-01 01:00:00.25+01:00,-2e1\n', [1.5, -20]],
    [
      'semicolons, decimal commas and points in dates',
      'Datum;T\n31.12.2023 23:00;1,5\n01.01.2024 00:00;-20,0\n',
      [1.5, -20],
    ],
    [
      'tabs, a unit row and a preamble',
      'Logger 7\n\ntime\tT\n[UTC]\tdegC\n2024-01-01\t1.5\n2024-01-02\t-20\n',
      [1.5, -20],
    ],
    ['blanks', '  time    T\n 2024-01-01T00:00   1.5\n 2024-01-02T00:00 -20\n', [1.5, -20]],
    ['a mark and Windows line ends', '\ufefftime,T\r\n2024-01-01,1.5\r\n2024-01-02,-20\r\n', [1.5, -20]],
    ['cells in quotation marks', '"time","T"\n"2024-01-01","1.5"\n"2024-01-02","-20"\n', [1.5, -20]],
    ['date and time of day apart', 'Date,Time,T\n2024-01-01,00:00,1.5\n2024-01-01,12:00:30,-20\n', [1.5, -20]],
    ['seconds since 1970', 'ts,T\n1704067200,1.5\n1704067201.5,-20\n', [1.5, -20]],
    ['months by name', 'when,T\n17-Mar-2022 01:02 PM,1.5\n18-Mar-2022 01:02 PM,-20\n', [1.5, -20]],
  ])('with %s', (_name, content, values) => {
    const { rows, rejects } = read(content, TIMED, {}, 'a.csv', 7);
    expect(rejects).toEqual([]);
    expect(rows.map(({ T }) => T)).toEqual(values);
    expect(rows.every(({ time }) => time !== null)).toBe(true);
  });

  it('sets aside the rows that are wrong, with their lines, and keeps their neighbours', () => {
    const content = [
      'time,T,place',
      '2024-01-01,1,a',
      '2024-01-02,warm,a',
      '2024-01-03,3',
      '2024-02-30,4,a',
      '2024-01-05,5,"never closed',
      '2024-01-06,6,"two\nlines"',
      'time,T,place',
      '2024-01-07,NaN,"say ""so"""',
      '2024-01-08,,',
    ];
    const { rows, rejects } = read(content.join('\n'), { ...TIMED, place: 'string' }, {}, 'a.csv', 5);
    expect(rows).toEqual([
      { ...at('2024-01-01T00:00:00.000Z', 1), place: 'a' },
      { ...at('2024-01-06T00:00:00.000Z', 6), place: 'two\nlines' },
      { ...at('2024-01-07T00:00:00.000Z', null), place: 'say "so"' },
      { ...at('2024-01-08T00:00:00.000Z', null), place: null },
    ]);
    expect(rejects.map(({ reason, text }) => [reason, text])).toEqual([
      ['bad_value', content[2]],
      ['bad_line', content[3]],
      ['bad_time', content[4]],
      ['bad_line', content[5]],
    ]);
    expect(rejects.map(({ detail }) => detail.slice(0, 7))).toEqual(['line 3:', 'line 4:', 'line 5:', 'line 6:']);
  });

  it('reads what is declared against what it looks like', () => {
    const settings = {
      encoding: 'windows-1252',
      delimiter: '|',
      headerLine: 0,
      names: ['day', 'clock', 'T', 'ort'],
      firstLine: 2,
      decimal: ',',
      missing: ['-99', 'aus'],
      comment: '#',
      time: { from: ['day', 'clock'], order: 'mdy', zone: 'America/New_York' },
    };
    const content = 'junk|1|2|3\n01/02/24|09:00|1,5|K\u00f6ln\n#|||\n01/02/24|10:00|-99|x\n01/02/24|11:00|aus|x\n';
    expect(read(Buffer.from(content, 'latin1'), { ...TIMED, ort: 'string' }, settings).rows).toEqual([
      { ...at('2024-01-02T14:00:00.000Z', 1.5), ort: 'Köln' },
      { ...at('2024-01-02T15:00:00.000Z', null), ort: 'x' },
      { ...at('2024-01-02T16:00:00.000Z', null), ort: 'x' },
    ]);
  });

  it('asks where a date can be read two ways, and sees from the order of rows where it cannot', () => {
    const rows = (dates: string[]) => `time,T\n${dates.map((date) => `${date} 10:00,1\n`).join('')}`;
    expect(() => read(rows(['01/02/2024', '01/02/2024']), TIMED)).toThrow('with the day or with the month first');
    expect(read(rows(['01/02/2024', '02/02/2024', '03/02/2024']), TIMED).rows[2]?.time).toBe(
      '2024-02-03T10:00:00.000Z',
    );
    expect(read(rows(['01/02/2024', '01/03/2024', '01/04/2024']), TIMED).rows[2]?.time).toBe(
      '2024-01-04T10:00:00.000Z',
    );
    expect(read(rows(['01/02/2024', '13/02/2024']), TIMED).rows[0]?.time).toBe('2024-02-01T10:00:00.000Z');
  });

  it('refuses the hour that a clock shows twice or never, and no other', () => {
    const settings = { time: { zone: 'Europe/Dublin' } };
    const content =
      'time,T\n2021-03-28 00:59,1\n2021-03-28 01:30,2\n2021-03-28 02:00,3\n2021-10-31 01:30,4\n2021-10-31 02:00,5\n';
    const { rows, rejects } = read(content, TIMED, settings);
    expect(rows).toEqual([
      at('2021-03-28T00:59:00.000Z', 1),
      at('2021-03-28T01:00:00.000Z', 3),
      at('2021-10-31T02:00:00.000Z', 5),
    ]);
    expect(rejects.map(({ reason }) => reason)).toEqual(['bad_time', 'bad_time']);
  });

  it.each([
    ['SQLite format 3\0\u0010', 'mast.rsk', 'RBR'],
    ['PK\u0003\u0004', 'mast.xlsx', 'Excel'],
    ['\u0001\u0002\u0003', 'site.rld', 'SymphoniePRO Desktop'],
    ['* Sea-Bird SBE37 Data File:\n*END*\n0A1B2C\n', 'cast.hex', 'Data Conversion'],
    ["'CR1000\nPublic T\nBeginProg\n Scan\nEndProg\n", 'mast.CR1', 'CRBasic'],
    ['Dear diary,\ntoday it rained.\n', 'diary.txt', 'no table that is known'],
    ['1,2\n3,4\n', 'bare.csv', 'headerLine: 0'],
  ])('refuses %j by name', (content, path, words) => {
    const problem = (): string => {
      try {
        read(content, TIMED, {}, path);
      } catch (error) {
        return error instanceof Error && 'advice' in error ? `${error.message} ${String(error.advice)}` : String(error);
      }
      return '';
    };
    expect(problem()).toContain(words);
  });
});

describe('tables of known formats', () => {
  it('NDBC, historical: nines are nothing, years may have two digits, columns other names, and minutes be missing', () => {
    const old =
      'YY MM DD hh WD   WSPD GST  WVHT  DPD   APD  MWD  BAR    ATMP  WTMP  DEWP  VIS\n98 12 31 23 999 99.0 99.0 99.00 99.00 99.00 999 1018.2 999.0 9.9 999.0 99.0\n';
    const columns = {
      ...TIMED,
      WDIR: 'double',
      PRES: 'double',
      WTMP: 'double',
      ATMP: 'double',
      'header.station': 'string',
    } as const;
    expect(read(old, columns, {}, '44013h1998.txt').rows).toEqual([
      {
        time: '1998-12-31T23:00:00.000Z',
        T: null,
        WDIR: null,
        PRES: 1018.2,
        WTMP: 9.9,
        ATMP: null,
        'header.station': '44013',
      },
    ]);
  });

  it('Sea-Bird .cnv: short names, bad flag, Julian days over New Year, and the position of the header', () => {
    const content = [
      '* Sea-Bird SBE37SM-RS232 Data File:',
      '* Temperature SN = 6123',
      '** Latitude: 26 30.92 N',
      '** Longitude: 076 44.57 W',
      '# nquan = 3',
      '# name 0 = timeJ: Julian Days',
      '# name 1 = tv290C: Temperature [ITS-90, deg C]',
      '# name 2 = flag:  0.000e+00',
      '# interval = seconds: 1800',
      "# start_time = Dec 31 2015 23:30:00 [Instrument's time stamp, first data scan]",
      '# bad_flag = -9.990e-29',
      '# file_type = ascii',
      '*END*',
      ' 365.979167     23.1234  0.000e+00',
      '   1.000000     -9.990e-29  0.000e+00',
      '   1.020833     23.2  0.000e+00',
      '',
    ].join('\r\n');
    const columns = {
      time: 'instant',
      tv290C: 'double',
      'header.serial': 'string',
      'header.longitude': 'double',
    } as const;
    const about = { 'header.serial': '6123', 'header.longitude': -76.7428333 };
    expect(read(content, columns, {}, '6123.cnv').rows).toEqual([
      { time: '2015-12-31T23:30:00.000Z', tv290C: 23.1234, ...about },
      { time: '2016-01-01T00:00:00.000Z', tv290C: null, ...about },
      { time: '2016-01-01T00:30:00.000Z', tv290C: 23.2, ...about },
    ]);
    const counted = content.replace('timeJ: Julian Days', 'prdM: Pressure [db]');
    expect(read(counted, columns, {}, '6123.cnv').rows.map(({ time }) => time)).toEqual([
      '2015-12-31T23:30:00.000Z',
      '2016-01-01T00:00:00.000Z',
      '2016-01-01T00:30:00.000Z',
    ]);
    expect(() => read(content.replace('= ascii', '= binary'), columns)).toThrow('binary');
  });

  const data = join(import.meta.dirname, '../../../../../shared/data');
  const known = existsSync(data);
  const file = (path: string): Buffer => readFileSync(join(data, path));
  const mean = (values: Value[]): number => {
    const numbers = values.filter((value) => typeof value === 'number');
    return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  };

  it.skipIf(!known)('NDBC, real-time: what is known of buoy 44013', () => {
    const names = [
      'WDIR',
      'WSPD',
      'GST',
      'WVHT',
      'DPD',
      'APD',
      'MWD',
      'PRES',
      'ATMP',
      'WTMP',
      'DEWP',
      'VIS',
      'PTDY',
      'TIDE',
    ];
    const columns = { time: 'instant' as const, ...Object.fromEntries(names.map((name) => [name, 'double' as const])) };
    const { rows, rejects } = read(file('ocean_obs/ndbc/44013.txt'), columns, {}, '44013.txt');
    expect(rejects).toEqual([]);
    expect(rows).toHaveLength(6508);
    expect(mean(rows.map(({ WTMP }) => WTMP ?? null))).toBeCloseTo(9.9291, 4);
    expect(mean(rows.map(({ PRES }) => PRES ?? null))).toBeCloseTo(1018.2473, 4);
    expect(rows.flatMap((row) => names.filter((name) => row[name] === null))).toHaveLength(52_614);
    expect(rows.every(({ ATMP }) => ATMP === null)).toBe(true);
  });

  it.skipIf(!known)('Campbell TOA5: 57 daily records, and one from a spreadsheet with days before months', () => {
    const columns = { ...TIMED, AirT_Max: 'double', AirT_TMx: 'instant', 'header.serial': 'string' } as const;
    const { rows } = read(file('datalogger/campbell_csdf/Station_Daily.dat'), columns);
    expect(rows).toHaveLength(57);
    expect(rows[0]).toEqual({
      ...at('2014-04-11T00:00:00.000Z', null),
      AirT_Max: 17,
      AirT_TMx: '2014-04-10T17:15:00.000Z',
      'header.serial': '12345',
    });
    expect(rows.at(-1)?.time).toBe('2014-06-06T00:00:00.000Z');
    const mast = read(file('datalogger/brightwind/campbell_scientific_demo_data1.csv'), {
      ...TIMED,
      Spd80mN: 'double',
    });
    expect(mast.rejects).toEqual([]);
    expect(mast.rows[0]).toEqual({ ...at('2016-01-09T15:30:00.000Z', null), Spd80mN: 8.37 });
    for (const path of ['demo_data2.csv', 'windographer_demo_data1.txt']) {
      const same = read(file(`datalogger/brightwind/${path}`), { ...TIMED, Spd80mN: 'double' });
      expect(same.rows.slice(0, 100)).toEqual(mast.rows.slice(0, 100));
    }
  });

  it.skipIf(!known)('NRG SymphoniePRO: local time five hours behind UTC, as the header says', () => {
    const columns = { ...TIMED, 'Ch2_Anem_85.00m_S_Avg_m/s': 'double', 'header.latitude': 'double' } as const;
    const path = 'datalogger/nrg/004310_2022-03-17_00.00_000835_meas.txt';
    const { rows, rejects } = read(file(path), columns, {}, path);
    expect(rejects).toEqual([]);
    expect(rows).toHaveLength(370);
    expect(rows.at(-1)).toEqual({
      ...at('2022-03-17T11:09:00.000Z', null),
      'Ch2_Anem_85.00m_S_Avg_m/s': 0.139,
      'header.latitude': 44.5,
    });
  });
});
