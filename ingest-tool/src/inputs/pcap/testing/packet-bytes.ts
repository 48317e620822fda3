/** Builds link-layer, IP and TCP packets for tests. Checksums stay zero, as offloading network cards leave them. */
import { concat } from './mqtt-bytes';

/** One end of a TCP connection. */
export interface TestEndpoint {
  /** 4 or 16 bytes. */
  address: number[];
  port: number;
}

export const CLIENT: TestEndpoint = { address: [10, 0, 0, 1], port: 50_000 };
export const BROKER: TestEndpoint = { address: [10, 0, 0, 2], port: 1883 };

export const FIN = 1;
export const SYN = 2;
export const RST = 4;
export const ACK = 16;

function u16(value: number): number[] {
  return [(value >>> 8) & 255, value & 255];
}

function u32(value: number): number[] {
  return [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

/** A TCP segment with the timestamp option that real ones carry. */
export function tcp(
  from: TestEndpoint,
  to: TestEndpoint,
  sequence: number,
  acknowledgement: number,
  flags: number,
  payload: Uint8Array | number[] = [],
): Uint8Array {
  const options = [1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2];
  return concat(
    [...u16(from.port), ...u16(to.port), ...u32(sequence), ...u32(acknowledgement)],
    [0x80, flags, 255, 255, 0, 0, 0, 0, ...options],
    payload,
  );
}

/** An IPv4 or IPv6 packet, by the addresses. */
export function ip(
  from: TestEndpoint,
  to: TestEndpoint,
  payload: Uint8Array,
  options: { ipOptions?: number[]; extension?: number[]; zeroLength?: boolean } = {},
): Uint8Array {
  if (from.address.length === 16) {
    const extension = options.extension ?? [];
    const body = concat(extension, payload);
    const next = extension.length > 0 ? 0 : 6;
    return concat([0x60, 0, 0, 0, ...u16(body.length), next, 64, ...from.address, ...to.address], body);
  }
  const ipOptions = options.ipOptions ?? [];
  const headerLength = 20 + ipOptions.length;
  const totalLength = options.zeroLength === true ? 0 : headerLength + payload.length;
  return concat(
    [0x40 | (headerLength / 4), 0, ...u16(totalLength), 0, 7, 0x40, 0, 64, 6, 0, 0],
    [...from.address, ...to.address, ...ipOptions],
    payload,
  );
}

/** Cuts an IPv4 or IPv6 packet without options into fragments of `size` payload bytes, a multiple of 8. */
export function fragments(packet: Uint8Array, size: number): Uint8Array[] {
  const six = (packet[0] ?? 0) >> 4 === 6;
  const header = packet.slice(0, six ? 40 : 20);
  const payload = packet.slice(header.length);
  const parts: Uint8Array[] = [];
  for (let offset = 0; offset < payload.length; offset += size) {
    const part = payload.slice(offset, offset + size);
    const more = offset + size < payload.length;
    const own = header.slice();
    if (six) {
      own.set([...u16(part.length + 8), 44], 4);
      parts.push(concat(own, [6, 0, ...u16(offset | (more ? 1 : 0)), 0, 0, 0, 9], part));
    } else {
      own.set(u16(20 + part.length), 2);
      own.set(u16((offset >> 3) | (more ? 0x2000 : 0)), 6);
      parts.push(concat(own, part));
    }
  }
  return parts;
}

/** Link layers by their LINKTYPE_ number, with how an IP packet is wrapped for them. */
export const LINK_LAYERS: Record<string, { linkType: number; wrap: (packet: Uint8Array) => Uint8Array }> = {
  ethernet: { linkType: 1, wrap: (packet) => concat(Array<number>(12).fill(2), etherType(packet), packet) },
  'ethernet with padding': {
    linkType: 1,
    wrap: (packet) => concat(Array<number>(12).fill(2), etherType(packet), packet, [0x30, 4, 0, 1, 97, 97]),
  },
  'an 802.1Q VLAN': {
    linkType: 1,
    wrap: (packet) => concat(Array<number>(12).fill(2), [0x81, 0, 0, 5], etherType(packet), packet),
  },
  'stacked VLANs (802.1ad)': {
    linkType: 1,
    wrap: (packet) => concat(Array<number>(12).fill(2), [0x88, 0xa8, 0, 5, 0x81, 0, 0, 6], etherType(packet), packet),
  },
  PPPoE: {
    linkType: 1,
    wrap: (packet) =>
      concat(Array<number>(12).fill(2), [0x88, 0x64, 0x11, 0, 0, 1, 0, 99, 0, isIpv6(packet) ? 0x57 : 0x21], packet),
  },
  'NULL of little-endian machines': {
    linkType: 0,
    wrap: (packet) => concat([isIpv6(packet) ? 30 : 2, 0, 0, 0], packet),
  },
  'NULL of big-endian machines': {
    linkType: 0,
    wrap: (packet) => concat([0, 0, 0, isIpv6(packet) ? 24 : 2], packet),
  },
  LOOP: { linkType: 108, wrap: (packet) => concat([0, 0, 0, isIpv6(packet) ? 24 : 2], packet) },
  'raw IP': { linkType: 101, wrap: (packet) => packet },
  'raw IP of OpenBSD': { linkType: 14, wrap: (packet) => packet },
  'Linux SLL': {
    linkType: 113,
    wrap: (packet) => concat([0, 0, 0, 1, 0, 6, 1, 2, 3, 4, 5, 6, 0, 0], etherType(packet), packet),
  },
  'Linux SLL2': {
    linkType: 276,
    wrap: (packet) => concat(etherType(packet), [0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 1, 2, 3, 4, 5, 6, 0, 0], packet),
  },
};

function isIpv6(packet: Uint8Array): boolean {
  return (packet[0] ?? 0) >> 4 === 6;
}

function etherType(packet: Uint8Array): number[] {
  return isIpv6(packet) ? [0x86, 0xdd] : [0x08, 0x00];
}

/** A TCP connection in a test: counts both sides' sequence numbers, which start just before they wrap around. */
export class TestConnection {
  readonly client: TestEndpoint;
  readonly broker: TestEndpoint;
  readonly #next = { client: 0xffff_ff00, broker: 0xffff_fff0 };

  constructor(client = CLIENT, broker = BROKER) {
    this.client = client;
    this.broker = broker;
  }

  /** SYN, SYN-ACK and ACK. */
  open(): Uint8Array[] {
    return [this.#segment('client', SYN), this.#segment('broker', SYN | ACK), this.#segment('client', ACK)];
  }

  /** The next bytes of a side, as an IP packet. */
  send(side: 'client' | 'broker', payload: Uint8Array): Uint8Array {
    return this.#segment(side, ACK, payload);
  }

  /** The next bytes of a side in segments of a size. */
  sendIn(side: 'client' | 'broker', payload: Uint8Array, size: number): Uint8Array[] {
    const packets: Uint8Array[] = [];
    for (let at = 0; at < payload.length; at += size) packets.push(this.send(side, payload.subarray(at, at + size)));
    return packets;
  }

  /** FIN from both sides. */
  close(): Uint8Array[] {
    return [this.#segment('client', FIN | ACK), this.#segment('broker', FIN | ACK), this.#segment('client', ACK)];
  }

  /** Moves a side on by bytes that no packet carries. */
  lose(side: 'client' | 'broker', length: number): void {
    this.#next[side] = (this.#next[side] + length) >>> 0;
  }

  #segment(side: 'client' | 'broker', flags: number, payload: Uint8Array = new Uint8Array(0)): Uint8Array {
    const other = side === 'client' ? 'broker' : 'client';
    const acknowledgement = (flags & ACK) === 0 ? 0 : this.#next[other];
    const segment = tcp(this[side], this[other], this.#next[side], acknowledgement, flags, payload);
    const length = payload.length + ((flags & (SYN | FIN)) === 0 ? 0 : 1);
    this.#next[side] = (this.#next[side] + length) >>> 0;
    return ip(this[side], this[other], segment);
  }
}
