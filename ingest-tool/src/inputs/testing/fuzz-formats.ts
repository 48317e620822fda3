import { gzipSync } from 'node:zlib';
import { StringDictionary } from '../../decode/string-dictionary';
import { parseCaptureFormat } from '../capture-format';
import type { CaptureParser } from '../capture-parser';
import type { MessageBatch } from '../message-batch';
import { messageParser } from '../message-parser';
import { pcap, pcapngSection } from '../pcap/testing/capture-bytes';
import { connect, publish } from '../pcap/testing/mqtt-bytes';
import { BROKER, CLIENT, TestConnection } from '../pcap/testing/packet-bytes';
import { MqttCaptureParser } from '../pcap/mqtt-capture-parser';
import { TableColumns } from '../table/table-columns';
import { tableParser } from '../table/table-parser';
import { tableSettings } from '../table/table-settings';
import { joined } from './mutation';

/** What a format promises of good records beside a damaged one: all are found, those before it, or nothing. */
type Neighbours = 'all' | 'before' | 'none';

/** A format to be fuzzed: how a good file of it is made, and what reads it. */
export interface FuzzFormat {
  neighbours: Neighbours;
  /** What stands before the records. */
  header: Uint8Array;
  /** A record, different for each number. */
  record: (n: number) => Uint8Array;
  /** Bytes at a record's end that are not damaged where neighbours are looked at: the line break. */
  end: number;
  /** What the records are called inside a whole file; empty where it cannot be read. */
  parser: (bytes: Uint8Array) => CaptureParser;
  /** What tells the records of a batch apart. */
  keys: (batch: MessageBatch) => string[];
  /** Makes a file of records; they follow the header where undefined. */
  pack?: (records: readonly Uint8Array[]) => Uint8Array;
}

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text));
const NOTHING = new Uint8Array(0);

/** A protobuf message: a text and a number, different for each number. */
function protobuf(n: number): Uint8Array {
  const name = utf8(`device-${n}`);
  return joined(Uint8Array.of(0x0a, name.length), name, Uint8Array.of(0x10, 0x80 | (n & 127), n >> 7));
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function messages(
  format: string,
  record: (n: number) => Uint8Array,
  { neighbours = 'all' as Neighbours, end = 1 } = {},
): FuzzFormat {
  const parsed = parseCaptureFormat(format);
  if (parsed === 'network') throw new Error('a network capture has formats of its own');
  let topics = new StringDictionary();
  return {
    neighbours,
    header: NOTHING,
    record,
    end,
    parser: () => messageParser(parsed, (topics = new StringDictionary())),
    keys: (batch) => payloadKeys(batch, topics),
  };
}

function payloadKeys(batch: MessageBatch, topics: StringDictionary): string[] {
  return Array.from({ length: batch.count }, (_, row) => {
    const topic = batch.topic[row] ?? -1;
    const payload = hex(batch.bytes.subarray(batch.start[row], batch.end[row]));
    return `${topic < 0 ? '' : topics.textOf(topic)} ${payload} ${batch.receiveTime[row] ?? Number.NaN}`;
  });
}

/** A table of a time, a number and a text. */
function table(
  header: string,
  record: (n: number) => string,
  columns: [string, string, string],
  settings: object,
): FuzzFormat {
  const [time, value, text] = columns;
  const target = new TableColumns(
    new Map([
      [time, 'instant'],
      [value, 'double'],
      [text, 'string'],
    ]),
    [],
  );
  return {
    neighbours: 'all',
    header: utf8(header),
    record: (n) => utf8(record(n)),
    end: 1,
    parser: (bytes) =>
      tableParser(bytes.subarray(0, 1 << 18), bytes.length <= 1 << 18, '44013h2022.txt', {
        settings: tableSettings.parse(settings),
        columns: target,
      }).parser,
    keys: (batch) =>
      Array.from({ length: batch.count }, (_, row) =>
        [...target.columns.values()]
          .map((column) => {
            if (column.present[row] !== 1) return '';
            return column.isText ? column.dictionary.textOf(column.ids[row] ?? 0) : String(column.numbers[row]);
          })
          .join(' '),
      ),
  };
}

const two = (n: number): string => String(n).padStart(2, '0');
const day = (n: number): string => two(1 + (n % 28));

function network(pack: (records: readonly Uint8Array[]) => Uint8Array): FuzzFormat {
  const topics = new StringDictionary();
  return {
    neighbours: 'none',
    header: NOTHING,
    end: 0,
    record: (n) => publish({ topic: `sensor/${n}`, payload: `{"reading":${n * 37}}`, qos: 1, packetId: n + 1 }),
    parser: () => new MqttCaptureParser('capture', topics, { bufferBytes: 1 << 18, connections: 16, copyMemory: 256 }),
    keys: (batch) => payloadKeys(batch, topics),
    pack,
  };
}

function packets(records: readonly Uint8Array[]): Uint8Array[] {
  const connection = new TestConnection(CLIENT, BROKER);
  return [
    ...connection.open(),
    connection.send('client', connect()),
    ...records.map((record) => connection.send('client', record)),
    ...connection.close(),
  ];
}

/** Every form of input that is read, by name. */
export const FUZZ_FORMATS: Record<string, FuzzFormat> = {
  delimited: messages('delimited', (n) => joined(Uint8Array.of(protobuf(n).length), protobuf(n)), {
    neighbours: 'before',
    end: 0,
  }),
  'fixed32-be': messages('fixed32-be', (n) => joined(Uint8Array.of(0, 0, 0, protobuf(n).length), protobuf(n)), {
    neighbours: 'before',
    end: 0,
  }),
  'fixed32-le': messages('fixed32-le', (n) => joined(Uint8Array.of(protobuf(n).length, 0, 0, 0), protobuf(n)), {
    neighbours: 'before',
    end: 0,
  }),
  single: messages('single', protobuf, { neighbours: 'none', end: 0 }),
  'hex-lines': messages('hex-lines', (n) => utf8(`${hex(protobuf(n))}\n`)),
  'base64-lines': messages('base64-lines', (n) => utf8(`${Buffer.from(protobuf(n)).toString('base64')}\n`)),
  'json-lines': messages('json-lines', (n) => utf8(`{"n":${n},"t":"é"}\n`)),
  'mosquitto-x': messages('mosquitto', (n) =>
    utf8(`1795227456.${100 + n} 1 0 ${protobuf(n).length} a/b c/${n} ${hex(protobuf(n))}\n`),
  ),
  'mosquitto-short': messages('mosquitto', (n) => utf8(`1795227456.${100 + n} a/b c/${n} ${hex(protobuf(n))}\n`)),
  'mosquitto-j': messages('mosquitto', (n) =>
    utf8(
      `{"tst":"2026-11-21T02:17:36.${100_000 + n}Z+0000","topic":"a/${n}","qos":1,"retain":0,"payloadlen":6,"payload":"\\"n${two(n)}\\"\\n"}\n`,
    ),
  ),
  'mosquitto-J': messages('mosquitto', (n) =>
    utf8(
      `{"tst":"2026-11-21T02:17:36.${100_000 + n}+0000","topic":"a/${n}","qos":1,"retain":0,"payloadlen":9,"payload":{"n":${n}}}\n`,
    ),
  ),
  'format-v': messages('%t %p', (n) => utf8(`pico/temperature/dht${n} ${n}.5 degC\n`)),
  'format-tsv': messages('%I\\t%t\\tq=%q\\tlen=%l\\t%p', (n) =>
    utf8(`2026-11-21T02:41:${two(n % 60)}+0000\ta/${n}\tq=1\tlen=4\t${1000 + n}\n`),
  ),
  'format-x': messages('@s.@N %t %x', (n) => utf8(`1795227456.${100 + n} a b/${n} ${hex(protobuf(n))}\n`)),
  pcap: network((records) => pcap(packets(records))),
  pcapng: network((records) => pcapngSection(packets(records))),
  csv: table(
    'time,T,place\n',
    (n) => `2024-01-${day(n)}T00:00:${two(n % 60)}Z,${n}.25,"place ""${n}"", here"\n`,
    ['time', 'T', 'place'],
    {},
  ),
  'csv-quoted-lines': table(
    '"time","T","place"\n',
    (n) => `"2024-01-${day(n)} 00:00:${two(n % 60)}","${n}.25","place\n${n}"\n`,
    ['time', 'T', 'place'],
    {},
  ),
  'csv-decimal-comma': table(
    'Datum;Uhr;T;Ort\n[lokal];;°C;\n',
    (n) => `${day(n)}.01.2024;10:00:${two(n % 60)};-${n},25;Köln ${n}\r\n`,
    ['time', 'T', 'Ort'],
    { time: { order: 'dmy', zone: 'Europe/Berlin' } },
  ),
  blanks: table(
    '  time   T  place\n',
    (n) => `  2024-01-${day(n)}T00:00:${two(n % 60)}   ${n}e-2 p${n}\n`,
    ['time', 'T', 'place'],
    {},
  ),
  toa5: table(
    '"TOA5","Mast","CR1000","12345","OS","CPU:a.CR1","54321","Hourly"\n"TIMESTAMP","RECORD","T","Note"\n"TS","RN","Deg C",""\n"","","Avg","Smp"\n',
    (n) => `"2014-04-${day(n)} 00:00:${two(n % 60)}",${n},${n}.5,"note ${n}"\r\n`,
    ['time', 'T', 'Note'],
    { format: 'toa5' },
  ),
  nrg: table(
    'NRG Export Service\n\nSite Properties\nSite Number:\t004310\nTime Zone:\tUTC-5:00\n\nData\nTimestamp\tCh1_T_Avg_C\tNote\n',
    (n) => `2022-03-${day(n)} 00:00:${two(n % 60)}\t${n}.500000\tn${n}\n`,
    ['time', 'Ch1_T_Avg_C', 'Note'],
    { format: 'nrg' },
  ),
  ndbc: table(
    '#YY  MM DD hh mm WDIR WSPD WTMP\n#yr  mo dy hr mn degT m/s  degC\n',
    (n) => `2022 06 ${day(n)} 12 ${two(n % 60)} 280  MM   ${n}.5\n`,
    ['time', 'WTMP', 'WDIR'],
    { format: 'ndbc' },
  ),
  cnv: table(
    '* Sea-Bird SBE37\n# name 0 = timeS: Time [s]\n# name 1 = tv290C: T [deg C]\n# name 2 = flag: flag\n# start_time = Dec 31 2015 23:30:00\n# bad_flag = -9.990e-29\n*END*\n',
    (n) => `  ${n * 1800}.000  ${n}.1234  0.000e+00\r\n`,
    ['time', 'tv290C', 'flag'],
    { format: 'cnv' },
  ),
};

/** A table of binary rows: a time, a number and a text. */
function tob1(): FuzzFormat {
  const types =
    '"TOB1","m","CR6","1","OS","P","2","T"\r\n"SECONDS","NANOSECONDS","T","note"\r\n"","","degC",""\r\n"","","Smp","Smp"\r\n"ULONG","ULONG","FP2","ASCII(6)"\r\n';
  const text = table(types, () => '', ['time', 'T', 'note'], {});
  return {
    ...text,
    neighbours: 'before',
    end: 0,
    record: (n) => {
      const bytes = Buffer.alloc(16);
      bytes.writeUInt32LE(1_140_342_369 + n, 0);
      bytes.writeUInt16BE(0x2000 | n, 8);
      bytes.write(`n${n}`, 10, 'latin1');
      return new Uint8Array(bytes);
    },
  };
}
FUZZ_FORMATS.tob1 = tob1();

/** A table of frames: every third is whole, the others are made of two minor frames, the second of which may be empty. */
function tob3(): FuzzFormat {
  const types =
    '"TOB3","m","CR6","1","OS","P","2","2026-02-19 09:46:08"\r\n"T","1 SEC","40","0","13533","SecUsec","0","0","0"\r\n"T","note"\r\n"degC",""\r\n"Smp","Smp"\r\n"FP2","ASCII(2)"\r\n';
  const text = table(types, () => '', ['time', 'T', 'note'], {});
  const frame = (n: number, record: number, rows: number, flags: number): Buffer => {
    const bytes = Buffer.alloc(16 + rows * 4);
    for (const [index, word] of [1_140_342_369 + record, 0, record].entries()) bytes.writeUInt32LE(word, index * 4);
    for (let row = 0; row < rows; row++) {
      bytes.writeUInt16BE(0x2000 | (n * 6 + row), 12 + row * 4);
      bytes.write(`r${row}`, 14 + row * 4, 'latin1');
    }
    bytes.writeUInt32LE(((13_533 << 16) | flags) >>> 0, bytes.length - 4);
    return bytes;
  };
  return {
    ...text,
    neighbours: 'before',
    end: 0,
    record: (n) => {
      if (n % 3 === 0) return new Uint8Array(frame(n, n * 6, 6, 0));
      const last = n % 3 === 1 ? 0x4014 : 0x6014;
      return new Uint8Array(Buffer.concat([frame(n, n * 6, 1, 0x4014), frame(n, n * 6 + 1, 1, last)]));
    },
  };
}
FUZZ_FORMATS.tob3 = tob3();

/** A whole file of records. */
export function fileOf({ header, pack }: FuzzFormat, records: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return pack === undefined ? joined(header, ...records) : Uint8Array.from(pack(records));
}

/** Compressed streams of a text, to be fuzzed as such. */
export const COMPRESSED: Record<string, Uint8Array> = {
  gzip: gzipSync(utf8('time,T\n2024-01-01,1\n'.repeat(50))),
  zstd: new Uint8Array(
    Buffer.from(
      'KLUv/QRo3QAAoHRpbWUsVAoyMDI0LTAxLTAxLDEKAQCiXzWZyD1gcii1L/0ASFUIAAQQAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+P0BBQkNERUZHSElKS0xNTk9QUVJTVFVWV1hZWltcXV5fYGFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6e3x9fn+AgYKDhIWGh4iJiouMjY6PkJGSk5SVlpeYmZqbnJ2en6ChoqOkpaanqKmqq6ytrq+wsbKztLW2t7i5uru8vb6/wMHCw8TFxsfIycrLzM3Oz9DR0tPU1dbX2Nna29zd3t/g4eLj5OXm5+jp6uvs7e7v8PHy8/T19vf4+fr7/P3+/wEAAP0D6poC',
      'base64',
    ),
  ),
};
