import { describe, expect, it } from 'vitest';
import { CaptureFileError } from './capture-file-error';
import { isNetworkCapture } from './capture-file';
import { pcap, pcapngSection, readCapture, START_US, STEP_US, texts } from './testing/capture-bytes';
import { concat, connect, publish, utf8 } from './testing/mqtt-bytes';
import { LINK_LAYERS, TestConnection } from './testing/packet-bytes';

const PAYLOADS = ['1', '22', '333', '4444', '55555'];

/** Five messages, each in its own packet, after a CONNECT in the first. */
function packets(): Uint8Array[] {
  const connection = new TestConnection();
  return [
    connection.send('client', connect()),
    ...PAYLOADS.map((payload) => connection.send('client', publish({ topic: 'n', payload }))),
  ];
}

const EXPECTED = PAYLOADS.map((payload) => `n ${payload}`);
const TIMES = PAYLOADS.map((_, index) => START_US + (index + 1) * STEP_US);

/** Offset of a packet's record in a pcap file of {@link packets}. */
function recordOffset(index: number): number {
  return packets()
    .slice(0, index)
    .reduce((offset, packet) => offset + 16 + 14 + packet.length, 24);
}

describe('pcap', () => {
  for (const bigEndian of [false, true]) {
    for (const nanoseconds of [false, true]) {
      const title = `${bigEndian ? 'big' : 'little'}-endian with ${nanoseconds ? 'nano' : 'micro'}seconds`;
      it(`reads ${title}, cut into chunks of any size`, () => {
        const bytes = pcap(packets(), { bigEndian, nanoseconds });
        expect(isNetworkCapture(bytes.subarray(0, 4))).toBe(true);
        for (const chunk of [1, 7, 100, 65_536]) {
          const { messages, report } = readCapture(bytes, {}, chunk);
          expect(texts(messages)).toEqual(EXPECTED);
          expect(messages.map(({ receiveTimeUs }) => receiveTimeUs)).toEqual(TIMES);
          expect(messages.map(({ packetOffset }) => packetOffset)).toEqual([1, 2, 3, 4, 5].map(recordOffset));
          expect(report).toMatchObject({ format: 'pcap', packets: 6, truncatedAt: null, damagedRecords: 0 });
        }
      });
    }
  }

  it('reads the long records of the patched libpcap of Red Hat 6.1', () => {
    const plain = pcap(packets());
    const parts = [plain.subarray(0, 24)];
    for (let index = 0; index < 6; index++) {
      const record = plain.subarray(recordOffset(index), recordOffset(index + 1));
      parts.push(record.subarray(0, 16), new Uint8Array(8), record.subarray(16));
    }
    for (const chunk of [1, 65_536]) {
      expect(texts(readCapture(concat(...parts), {}, chunk).messages)).toEqual(EXPECTED);
    }
  });

  it('reports the offset of a packet that the file ends within, wherever it ends', () => {
    const bytes = pcap(packets());
    const last = recordOffset(5);
    for (let length = last; length < bytes.length; length++) {
      const { messages, report } = readCapture(bytes.subarray(0, length));
      expect(texts(messages)).toEqual(EXPECTED.slice(0, 4));
      expect(report.truncatedAt).toBe(length === last ? null : last);
      expect(report.damagedRecords).toBe(0);
    }
    expect(readCapture(bytes.subarray(0, 10)).report.truncatedAt).toBe(0);
  });

  it('loses at most one packet to a wrong length, whichever record it is in', () => {
    const bytes = pcap(packets());
    for (let index = 1; index < 6; index++) {
      for (const length of [0, 1, 20, 60, 90, 130, 5000, 200_000, 0xffff_ffff]) {
        const damaged = bytes.slice();
        new DataView(damaged.buffer).setUint32(recordOffset(index) + 8, length, true);
        for (const chunk of [50, 65_536]) {
          const { messages } = readCapture(damaged, {}, chunk);
          const found = texts(messages);
          const lost = EXPECTED.filter((text) => !found.includes(text));
          expect(lost.length, `record ${index}, length ${length}, lost ${lost.join()}`).toBeLessThanOrEqual(1);
        }
      }
    }
  });

  it('steps over bytes between records and says how many', () => {
    const bytes = pcap(packets());
    const junk = Uint8Array.from({ length: 1000 }, (_, index) => (index * 37) & 255);
    const cut = recordOffset(3);
    const { messages, report, problems } = readCapture(concat(bytes.subarray(0, cut), junk, bytes.subarray(cut)));
    expect(texts(messages)).toEqual(EXPECTED);
    expect(report).toMatchObject({ damagedRecords: 1, damagedBytes: 1000 });
    expect(problems).toMatchObject([{ reason: 'damaged', packetOffset: cut }]);
  });

  it('takes the zeros that a crash leaves at the end of a file for damage, not for packets', () => {
    const bytes = pcap(packets());
    const { messages, report } = readCapture(concat(bytes, new Uint8Array(100_000)));
    expect(texts(messages)).toEqual(EXPECTED);
    expect(report).toMatchObject({ packets: 6, damagedRecords: 1, damagedBytes: 100_000 });
  });

  it('follows a clock that is set while capturing', () => {
    const timesUs = [0, 1e6, 2e6, START_US, START_US + 1, START_US + 2];
    const { messages, report } = readCapture(pcap(packets(), { timesUs }));
    expect(messages.map(({ receiveTimeUs }) => receiveTimeUs)).toEqual(timesUs.slice(1));
    expect(report.damagedRecords).toBe(0);
  });
});

describe('pcapng', () => {
  for (const bigEndian of [false, true]) {
    for (const [title, resolution, stepUs] of [
      ['milliseconds', 3, 1000],
      ['microseconds', 6, 1],
      ['nanoseconds', 9, 1],
      ['tenths of nanoseconds', 10, 1],
      ['units of 2^-20 seconds', 0x80 | 20, 1],
    ] as const) {
      it(`reads ${bigEndian ? 'big' : 'little'}-endian sections that count ${title}`, () => {
        const bytes = pcapngSection(packets(), { bigEndian, resolution, offsetSeconds: 1_000_000_000 });
        for (const chunk of [1, 13, 65_536]) {
          const { messages, report } = readCapture(bytes, {}, chunk);
          expect(texts(messages)).toEqual(EXPECTED);
          messages.forEach(({ receiveTimeUs }, index) => {
            const wanted = TIMES[index] ?? 0;
            const slack = resolution > 0x80 ? 1 : 0;
            expect(Math.abs(receiveTimeUs - Math.floor(wanted / stepUs) * stepUs)).toBeLessThanOrEqual(slack);
          });
          expect(report).toMatchObject({ format: 'pcapng', packets: 6, truncatedAt: null, damagedRecords: 0 });
        }
      });
    }
  }

  it('keeps every microsecond of nanosecond timestamps', () => {
    const timesUs = [0, 1, 999_999, 1_000_000, 1_000_001, 123_457].map((us) => 1_795_227_456_000_000 + us);
    const { messages } = readCapture(pcapngSection(packets(), { resolution: 9, timesUs }));
    expect(messages.map(({ receiveTimeUs }) => receiveTimeUs)).toEqual(timesUs.slice(1));
  });

  it('reads offsets before 1970', () => {
    const bytes = pcapngSection(packets(), { offsetSeconds: -86_400 });
    expect(readCapture(bytes).messages[0]?.receiveTimeUs).toBe(TIMES[0]);
  });

  it('reads several sections with their own byte order, link type and interfaces', () => {
    const links = Object.keys(LINK_LAYERS);
    const sections = links.map((link, index) => pcapngSection(packets(), { link, bigEndian: index % 2 === 1 }));
    const { messages, report } = readCapture(concat(...sections), { copyWindowSeconds: 0 });
    // The same bytes under the same sequence numbers are retransmissions after the first section.
    expect(texts(messages)).toEqual(EXPECTED);
    expect(report).toMatchObject({ packets: 6 * links.length, otherPackets: 0, damagedRecords: 0 });
  });

  it('reads the obsolete packet block, and the simple one, which has no time', () => {
    const obsolete = readCapture(pcapngSection(packets(), { block: 'obsolete', bigEndian: true }));
    expect(texts(obsolete.messages)).toEqual(EXPECTED);
    expect(obsolete.messages[0]?.receiveTimeUs).toBe(TIMES[0]);
    const simple = readCapture(pcapngSection(packets(), { block: 'simple', snapLength: 1000 }));
    expect(texts(simple.messages)).toEqual(EXPECTED);
    expect(simple.messages[0]?.receiveTimeUs).toBeNaN();
  });

  it('passes over blocks it does not know, however long', () => {
    const unknown = (length: number): Uint8Array => {
      const bytes = new Uint8Array(length);
      const view = new DataView(bytes.buffer);
      view.setUint32(0, 0xbad, true);
      view.setUint32(4, length, true);
      view.setUint32(length - 4, length, true);
      return bytes;
    };
    const section = pcapngSection(packets());
    const { messages, report } = readCapture(
      concat(section.subarray(0, 28), unknown(4_000_000), section.subarray(28), unknown(64)),
    );
    expect(texts(messages)).toEqual(EXPECTED);
    expect(report.damagedRecords).toBe(0);
  });

  it('reports the offset of a block that the file ends within', () => {
    const bytes = pcapngSection(packets());
    const { messages, report } = readCapture(bytes.subarray(0, bytes.length - 3));
    expect(texts(messages)).toEqual(EXPECTED.slice(0, 4));
    expect(report.truncatedAt).toBeGreaterThan(bytes.length - 150);
  });

  it('loses only the block whose length is wrong', () => {
    const bytes = pcapngSection(packets());
    const starts: number[] = [];
    for (let at = 0; at < bytes.length; at += new DataView(bytes.buffer).getUint32(at + 4, true)) starts.push(at);
    for (const start of starts.slice(3)) {
      for (const length of [0, 12, 20, 300, 100_000, 0xffff_fffc, 13]) {
        const damaged = bytes.slice();
        new DataView(damaged.buffer).setUint32(start + 4, length, true);
        const found = texts(readCapture(damaged).messages);
        expect(EXPECTED.filter((text) => !found.includes(text)).length).toBeLessThanOrEqual(1);
      }
    }
  });

  it('reports packets of an interface that was never described', () => {
    const section = pcapngSection(packets());
    const { messages, report } = readCapture(concat(section.subarray(0, 28), section.subarray(28 + 24)));
    expect(messages).toEqual([]);
    expect(report.damagedRecords).toBe(6);
  });
});

describe('other files', () => {
  it('refuses NetXray variants it does not know, with the way to convert them', () => {
    const header = concat(utf8('XCP\0'), utf8('001.100\0'), new Uint8Array(200));
    expect(() => readCapture(header)).toThrow(CaptureFileError);
    expect(() => readCapture(header)).toThrow(/NetXray capture of version 001\.100/);
  });
});
