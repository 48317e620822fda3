import { closeSync, openSync, writeSync } from 'node:fs';

const DEVICES = 20;
/** 2024-01-31T00:00:00Z; a sweep over all devices follows every second. */
const START_SECONDS = 1_706_659_200;
const BUFFER_BYTES = 4 << 20;
/** The longest frame around a message is well below this. */
const FRAME_BYTES = 1024;

/** How messages lie in a capture. */
export type CaptureKind = 'delimited' | 'mosquitto' | 'json' | 'network' | 'csv';

/** One message: what a mooring of twenty instruments sends every second. */
interface Message {
  device: string;
  seconds: number;
  /** Of {@link FIELDS}, as they are in the payload. */
  values: readonly number[];
  /** Protobuf. */
  payload: Buffer;
}

/** Fields of a message behind its device and time: doubles, then floats. */
const FIELDS = [
  ...['latitude', 'longitude', 'depth_meters'],
  ...['water_temp_celsius', 'salinity_psu', 'current_speed_knots', 'current_direction_deg'],
];
const DOUBLES = 3;

type Frame = (message: Message, into: Buffer, at: number, sequence: number) => number;

const FRAMES: Record<CaptureKind, Frame> = {
  delimited: ({ payload }, into, at) => {
    into[at] = payload.length;
    return at + 1 + payload.copy(into, at + 1);
  },
  mosquitto: ({ device, seconds, payload }, into, at) =>
    at +
    into.write(
      `${seconds + 1}.278654224 0 0 ${payload.length} ocean/telemetry/${device} ${payload.toString('hex')}\n`,
      at,
      'latin1',
    ),
  json: ({ device, seconds, values }, into, at) => {
    const fields = values.map((value, index) => `"${FIELDS[index] ?? ''}":${value}`).join(',');
    const payload = `{"device_id":"${device}","timestamp":${seconds},${fields}}`;
    const received = new Date((seconds + 1) * 1000).toISOString().replace('.000Z', '.278654Z+0000');
    const about = `"tst":"${received}","topic":"ocean/telemetry/${device}","qos":0,"retain":0,"payloadlen":${payload.length}`;
    return at + into.write(`{${about},"payload":${JSON.stringify(payload)}}\n`, at, 'latin1');
  },
  csv: ({ device, seconds, values }, into, at) =>
    at +
    into.write(`${device},${new Date(seconds * 1000).toISOString().slice(0, 19)}Z,${values.join(',')}\n`, at, 'latin1'),
  network: ({ device, seconds, payload }, into, at, sequence) => {
    const topic = `ocean/telemetry/${device}`;
    const body = 2 + topic.length + payload.length;
    const publish = 2 + body;
    const frame = 14 + 20 + 20 + publish;
    let end = at;
    for (const word of [seconds + 1, 278_654, frame, frame]) end = into.writeUInt32LE(word, end);
    end = into.fill(0, end, end + 12).writeUInt16BE(0x0800, end + 12);
    for (const word of [0x4500, frame - 14, 0, 0x4000, 0x4006, 0, 0x0a00, 0x0001, 0x0a00, 0x0002]) {
      end = into.writeUInt16BE(word, end);
    }
    for (const word of [50_000, 1883]) end = into.writeUInt16BE(word, end);
    for (const word of [sequence % 2 ** 32, 1]) end = into.writeUInt32BE(word, end);
    for (const word of [0x5018, 0xffff, 0, 0]) end = into.writeUInt16BE(word, end);
    end = into.writeUInt8(body, into.writeUInt8(0x30, end));
    end = into.writeUInt16BE(topic.length, end);
    end += into.write(topic, end, 'latin1');
    return end + payload.copy(into, end);
  },
};

/** What stands in front of all messages; of pcap the header of a file of Ethernet frames, microseconds, little-endian. */
const HEADERS: Partial<Record<CaptureKind, Buffer>> = {
  network: Buffer.from('d4c3b2a1020004000000000000000000ffff000001000000', 'hex'),
  csv: Buffer.from(`device_id,timestamp,${FIELDS.join(',')}\n`),
};

/** Payload bytes of one PUBLISH in the TCP stream of a network capture, besides the payload itself. */
function publishBytes({ device, payload }: Message): number {
  return 2 + 2 + 'ocean/telemetry/'.length + device.length + payload.length;
}

/** Writes a capture of so many OceanTelemetry messages. The same number gives the same bytes. */
export function writeTelemetryCapture(path: string, kind: CaptureKind, messages: number): void {
  const file = openSync(path, 'w');
  const buffer = Buffer.alloc(BUFFER_BYTES);
  let at = HEADERS[kind]?.copy(buffer) ?? 0;
  let sequence = 1;
  for (const message of telemetryMessages(messages)) {
    at = FRAMES[kind](message, buffer, at, sequence);
    sequence += publishBytes(message);
    if (at > BUFFER_BYTES - FRAME_BYTES) {
      writeSync(file, buffer, 0, at);
      at = 0;
    }
  }
  writeSync(file, buffer, 0, at);
  closeSync(file);
}

/** Messages in the order of time; each is good until the next is asked for. */
function* telemetryMessages(count: number): Generator<Message> {
  const names = Array.from({ length: DEVICES }, (_, device) => `sbe37-${3200 + device * 37}`);
  const scratch = Buffer.alloc(128);
  let state = 1;
  const noise = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  for (let index = 0; index < count; index++) {
    const device = index % DEVICES;
    const step = Math.floor(index / DEVICES);
    const name = names[device] ?? '';
    const seconds = START_SECONDS + step;
    let end = scratch.writeUInt8(name.length, scratch.writeUInt8(0x0a, 0));
    end += scratch.write(name, end, 'latin1');
    end = scratch.writeUInt8(0x10, end);
    for (let rest = seconds; rest > 0; rest = Math.floor(rest / 128)) {
      end = scratch.writeUInt8((rest % 128) + (rest >= 128 ? 128 : 0), end);
    }
    const values = [
      ...[26.515333 + device / 100, -76.742833, 50 + device * 220],
      rounded(24 - device * 0.8 + 2 * Math.sin(step / 5000) + noise() / 5),
      rounded(36.5 - device / 10 + noise() / 10),
      rounded(Math.abs(noise())),
      rounded((noise() + 0.5) * 360),
    ];
    values.forEach((value, field) => {
      const isDouble = field < DOUBLES;
      end = scratch.writeUInt8(8 * (field + 3) + (isDouble ? 1 : 5), end);
      end = isDouble ? scratch.writeDoubleLE(value, end) : scratch.writeFloatLE(value, end);
    });
    yield { device: name, seconds, values, payload: scratch.subarray(0, end) };
  }
}

function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
