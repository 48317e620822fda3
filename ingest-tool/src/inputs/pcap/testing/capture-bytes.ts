/** Builds pcap and pcapng files for tests, and reads messages out of bytes. */
import type { CaptureOptions } from '../capture-context';
import type { CapturedMessage, CaptureProblem } from '../captured-message';
import type { CaptureReport } from '../capture-report';
import { MqttCapture } from '../mqtt-capture';
import { concat } from './mqtt-bytes';
import { LINK_LAYERS } from './packet-bytes';

/** When the first packet of a test capture was taken; each further one a millisecond later. */
export const START_US = 1_700_000_000_000_000;
export const STEP_US = 1000;

/** How a file is written. */
export interface FileShape {
  bigEndian?: boolean;
  nanoseconds?: boolean;
  link?: keyof typeof LINK_LAYERS;
  /** Bytes captured of each packet at most. */
  snapLength?: number;
  /** Time of each packet in UTC microseconds, where they are not a millisecond apart. */
  timesUs?: number[];
}

function numbers(bigEndian: boolean): { u16: (value: number) => number[]; u32: (value: number) => number[] } {
  const order = (bytes: number[]): number[] => (bigEndian ? bytes : bytes.reverse());
  return {
    u16: (value) => order([(value >>> 8) & 255, value & 255]),
    u32: (value) => order([(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]),
  };
}

function layer(shape: FileShape): { linkType: number; wrap: (packet: Uint8Array) => Uint8Array } {
  const found = LINK_LAYERS[shape.link ?? 'ethernet'];
  if (found === undefined) throw new Error(`no link layer ${String(shape.link)}`);
  return found;
}

function timeUsOf(shape: FileShape, index: number): number {
  return shape.timesUs?.[index] ?? START_US + index * STEP_US;
}

/** A pcap file of IP packets. */
export function pcap(packets: Uint8Array[], shape: FileShape = {}): Uint8Array {
  const { u16, u32 } = numbers(shape.bigEndian ?? false);
  const { linkType, wrap } = layer(shape);
  const magic = shape.nanoseconds === true ? 0xa1b23c4d : 0xa1b2c3d4;
  const snapLength = shape.snapLength ?? 262_144;
  const records = packets.map((packet, index) => {
    const frame = wrap(packet);
    const timeUs = timeUsOf(shape, index);
    const fraction = (timeUs % 1e6) * (shape.nanoseconds === true ? 1000 : 1);
    const captured = frame.subarray(0, snapLength);
    return concat(u32(Math.floor(timeUs / 1e6)), u32(fraction), u32(captured.length), u32(frame.length), captured);
  });
  return concat(u32(magic), u16(2), u16(4), u32(0), u32(0), u32(snapLength), u32(linkType), Buffer.concat(records));
}

/** A section of a pcapng file. */
export interface SectionShape extends FileShape {
  /** if_tsresol; microseconds where not given. */
  resolution?: number;
  /** if_tsoffset, seconds. */
  offsetSeconds?: number;
  /** Which packet block is written. */
  block?: 'enhanced' | 'simple' | 'obsolete';
}

/** A pcapng section of IP packets. Sections one after the other are a file. */
export function pcapngSection(packets: Uint8Array[], shape: SectionShape = {}): Uint8Array {
  const { u16, u32 } = numbers(shape.bigEndian ?? false);
  const { linkType, wrap } = layer(shape);
  const block = (type: number, body: Uint8Array): Uint8Array => {
    const padded = concat(body, Array<number>((4 - (body.length % 4)) % 4).fill(0));
    return concat(u32(type), u32(padded.length + 12), padded, u32(padded.length + 12));
  };
  const options: number[] = [];
  if (shape.resolution !== undefined) options.push(...u16(9), ...u16(1), shape.resolution, 0, 0, 0);
  const offset = shape.offsetSeconds ?? 0;
  if (offset !== 0) {
    const [low, high] = [u32(offset >>> 0), u32(Math.floor(offset / 2 ** 32))];
    options.push(...u16(14), ...u16(8), ...(shape.bigEndian === true ? [...high, ...low] : [...low, ...high]));
  }
  const described = block(1, concat(u16(linkType), u16(0), u32(shape.snapLength ?? 0), options, [0, 0, 0, 0]));
  const header = block(0x0a0d0d0a, concat(u32(0x1a2b3c4d), u16(1), u16(0), u32(0xffffffff), u32(0xffffffff)));
  const blocks = packets.map((packet, index) => {
    const frame = wrap(packet);
    const captured = shape.snapLength === undefined ? frame : frame.subarray(0, shape.snapLength);
    if (shape.block === 'simple') return block(3, concat(u32(frame.length), captured));
    const ticks = ticksOf(timeUsOf(shape, index) - offset * 1e6, shape.resolution ?? 6);
    const time = [...u32(Number(ticks >> 32n)), ...u32(Number(ticks & 0xffffffffn))];
    const lengths = [...u32(captured.length), ...u32(frame.length)];
    if (shape.block === 'obsolete') return block(2, concat(u16(0), u16(0), time, lengths, captured));
    return block(6, concat(u32(0), time, lengths, captured));
  });
  return concat(header, described, Buffer.concat(blocks));
}

function ticksOf(timeUs: number, resolution: number): bigint {
  const perSecond = (resolution & 0x80) === 0 ? 10n ** BigInt(resolution) : 1n << BigInt(resolution & 0x7f);
  return (BigInt(timeUs) * perSecond) / 1_000_000n;
}

/** What a capture yields. */
export interface ReadCapture {
  messages: CapturedMessage[];
  problems: CaptureProblem[];
  report: CaptureReport;
}

/** Reads a capture that arrives in chunks of a size. */
export function readCapture(bytes: Uint8Array, options: CaptureOptions = {}, chunk = 65_536): ReadCapture {
  const messages: CapturedMessage[] = [];
  const problems: CaptureProblem[] = [];
  const capture = new MqttCapture(
    {
      message: (message) => messages.push({ ...message, payload: message.payload.slice() }),
      problem: (problem) => problems.push(problem),
    },
    { copyMemory: 8192, ...options },
  );
  for (let at = 0; at < bytes.length; at += chunk) capture.push(bytes.subarray(at, at + chunk));
  capture.end();
  return { messages, problems, report: capture.report };
}

/** Topics and payloads as text, in the order in which they came. */
export function texts(messages: CapturedMessage[]): string[] {
  return messages.map(({ topic, payload }) => `${topic} ${new TextDecoder().decode(payload)}`);
}
