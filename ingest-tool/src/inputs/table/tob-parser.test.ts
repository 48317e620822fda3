import { describe, expect, it } from 'vitest';
import { readTable as read } from './testing/read-table';

describe("Campbell Scientific's binary tables", () => {
  const tobHeader = (lines: string[][]): Buffer =>
    Buffer.from(lines.map((cells) => `${cells.map((cell) => `"${cell}"`).join(',')}\r\n`).join(''));
  const TOB = { time: 'instant', RECORD: 'double', T: 'double', P: 'double', note: 'string' } as const;

  it('Campbell TOB1: two-byte numbers, floats and texts of the rows, in the time zone that is declared', () => {
    const header = tobHeader([
      ['TOB1', 'mast', 'CR1000X', '64291', 'OS', 'CPU:a.cr1x', '42580', 'Full'],
      ['SECONDS', 'NANOSECONDS', 'RECORD', 'T', 'P', 'note'],
      ['SECONDS', 'NANOSECONDS', 'RN', 'degC', 'hPa', ''],
      ['', '', '', 'Avg', 'Smp', 'Smp'],
      ['ULONG', 'ULONG', 'ULONG', 'FP2', 'IEEE4', 'ASCII(4)'],
    ]);
    const row = (fp2: number, pressure: number, note: string): Buffer => {
      const bytes = Buffer.alloc(22);
      bytes.writeUInt32LE(1_140_342_369, 0);
      bytes.writeUInt32LE(500_000_000, 4);
      bytes.writeUInt32LE(7, 8);
      bytes.writeUInt16BE(fp2, 12);
      bytes.writeFloatLE(pressure, 14);
      bytes.write(note, 18, 'latin1');
      return bytes;
    };
    const rows = [row(0xa000 | 123, 1013.25, 'ok'), row(0x9ffe, Number.NaN, '')];
    const file = Buffer.concat([header, ...rows, Buffer.from('cut')]);
    const { rows: found, rejects } = read(file, TOB, { time: { zone: '-05:00' } }, 'a.dat', header.length + 9);
    expect(found).toEqual([
      { time: '2026-02-19T14:46:09.500Z', RECORD: 7, T: -12.3, P: 1013.25, note: 'ok' },
      { time: '2026-02-19T14:46:09.500Z', RECORD: 7, T: null, P: null, note: null },
    ]);
    expect(rejects).toMatchObject([{ reason: 'truncated', text: 'cut' }]);
    expect(() => read(Buffer.from(file.toString('latin1').replace('FP2', 'FP9'), 'latin1'), TOB)).toThrow('FP9');
  });

  it('Campbell TOB3: rows count on from the frame; blank frames are nothing, others without the stamp are set aside', () => {
    const header = tobHeader([
      ['TOB3', 'mast', 'CR1000X', '64291', 'OS', 'CPU:a.cr1x', '42580', '2026-02-19 09:46:08'],
      ['Fast', '5 MSEC', '28', '216', '13533', 'Sec100Usec', '0', '0', '0'],
      ['T', 'P'],
      ['degC', 'hPa'],
      ['Avg', 'Smp'],
      ['FP2', 'IEEE4B'],
    ]);
    const frame = (record: number, footer: number): Buffer => {
      const bytes = Buffer.alloc(28);
      bytes.writeUInt32LE(1_140_342_369, 0);
      bytes.writeUInt32LE(9_950, 4);
      bytes.writeUInt32LE(record, 8);
      for (const index of [0, 1]) {
        bytes.writeUInt16BE(0x4000 | (100 + index), 12 + index * 6);
        bytes.writeFloatBE(index + 0.5, 14 + index * 6);
      }
      bytes.writeUInt32LE(footer >>> 0, 24);
      return bytes;
    };
    const stamp = 13_533 << 16;
    const file = Buffer.concat([
      header,
      frame(10, stamp),
      Buffer.alloc(28),
      frame(12, 7),
      frame(14, ~stamp & ~0xffff),
      frame(16, stamp | 0x4008),
    ]);
    const { rows, rejects } = read(
      file,
      { time: 'instant', RECORD: 'double', T: 'double', P: 'double' },
      {},
      'a.dat',
      header.length + 9,
    );
    expect(rows.map(({ RECORD }) => RECORD)).toEqual([10, 11, 14, 15]);
    expect(rows[1]).toEqual({ time: '2026-02-19T09:46:10.000Z', RECORD: 11, T: 1.01, P: 1.5 });
    expect(rejects.map(({ reason, detail }) => [reason, detail.split(':')[0]])).toEqual([
      ['bad_framing', "the frame's stamp is 0, not 13533"],
      ['bad_framing', 'the frame was written in parts, and these do not fit together'],
    ]);
  });

  it('Campbell TOB3: minor frames of a frame that was written in parts, each with its own time', () => {
    const header = tobHeader([
      ['TOB3', 'mast', 'CR1000X', '64291', 'OS', 'CPU:a.cr1x', '42580', '2026-02-19 09:46:08'],
      ['Fast', '1 SEC', '64', '216', '13533', 'SecUsec', '0', '0', '0'],
      ['T'],
      ['degC'],
      ['Smp'],
      ['IEEE4'],
    ]);
    const minor = (seconds: number, record: number, values: readonly number[], flags = 0x4000): Buffer => {
      const bytes = Buffer.alloc(16 + values.length * 4);
      for (const [index, word] of [1_140_342_369 + seconds, 0, record].entries()) bytes.writeUInt32LE(word, index * 4);
      values.forEach((value, index) => bytes.writeFloatLE(value, 12 + index * 4));
      bytes.writeUInt32LE(((13_533 << 16) | flags | bytes.length) >>> 0, bytes.length - 4);
      return bytes;
    };
    const lapse = Buffer.concat([minor(0, 10, [1, 2, 3]), minor(60, 13, [4, 5, 6, 7, 8])]);
    const stopped = Buffer.concat([minor(90, 18, [9, 10]), minor(0, 0, Array<number>(6).fill(0), 0x6000)]);
    const unnumbered = Buffer.concat([minor(0, 20, [1, 2, 3]), minor(60, 99, [4, 5, 6, 7, 8])]);
    const short = Buffer.concat([minor(0, 23, [1, 2, 3]), minor(60, 26, [4, 5, 6, 7, 8])]);
    short.writeUInt16LE(0x4000 | 30, short.length - 4);
    const { rows, rejects } = read(
      Buffer.concat([header, lapse, stopped, unnumbered, short]),
      { time: 'instant', RECORD: 'double', T: 'double' },
      {},
    );
    expect(rows.map(({ RECORD, T }) => [RECORD, T])).toEqual(Array.from({ length: 10 }, (_, n) => [10 + n, 1 + n]));
    expect(rows.slice(2, 4).map(({ time }) => time)).toEqual(['2026-02-19T09:46:11.000Z', '2026-02-19T09:47:09.000Z']);
    expect(rejects.map(({ reason }) => reason)).toEqual(['bad_framing', 'bad_framing']);
  });
});
