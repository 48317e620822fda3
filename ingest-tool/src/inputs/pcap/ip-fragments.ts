import type { CaptureReport } from './capture-report';
import type { IpPacket } from './ip-packet';

/** The longest payload an IP packet can have. */
const LONGEST_PAYLOAD = 65_535;
/** Packets that are put together at the same time; the oldest is given up for a new one. */
const MOST_OPEN_PACKETS = 64;
const MOST_FRAGMENTS = 1024;

interface Fragment {
  offset: number;
  bytes: Uint8Array;
}

interface OpenPacket {
  fragments: Fragment[];
  /** Payload bytes held. */
  held: number;
  /** Payload length, known once the last fragment has been seen; -1 before. */
  length: number;
}

/** Puts IPv4 and IPv6 packets together from their fragments, within fixed memory. */
export class IpFragments {
  readonly #report: CaptureReport;
  readonly #open = new Map<string, OpenPacket>();

  constructor(report: CaptureReport) {
    this.#report = report;
  }

  /**
   * Takes one fragment.
   * @returns the whole packet where this was its last missing part, else null
   */
  add(packet: IpPacket): IpPacket | null {
    const { fragment, bytes } = packet;
    if (fragment === null) return packet;
    this.#report.ipFragments++;
    const size = packet.end - packet.payload;
    if (packet.missing > 0 || fragment.offset + size > LONGEST_PAYLOAD) return null;
    const addresses = bytes.slice(packet.source, packet.source + 2 * packet.addressLength);
    const key = `${Buffer.from(addresses).toString('latin1')}${fragment.identification}/${packet.protocol}`;
    let open = this.#open.get(key);
    if (open === undefined) {
      open = { fragments: [], held: 0, length: -1 };
      this.#open.set(key, open);
      this.#giveUpOldest();
    }
    if (!fragment.more) open.length = fragment.offset + size;
    if (open.fragments.length >= MOST_FRAGMENTS || open.held + size > 2 * LONGEST_PAYLOAD) return null;
    open.held += size;
    open.fragments.push({ offset: fragment.offset, bytes: bytes.slice(packet.payload, packet.end) });
    const payload = assemble(open);
    if (payload === null) return null;
    this.#open.delete(key);
    const whole = new Uint8Array(addresses.length + payload.length);
    whole.set(addresses);
    whole.set(payload, addresses.length);
    return {
      ...packet,
      bytes: whole,
      source: 0,
      destination: packet.addressLength,
      payload: addresses.length,
      end: whole.length,
      missing: 0,
      fragment: null,
    };
  }

  /** Ends the capture: what is not whole by now never will be. */
  end(): void {
    for (const open of this.#open.values()) this.#report.ipFragmentsLost += open.fragments.length;
    this.#open.clear();
  }

  #giveUpOldest(): void {
    if (this.#open.size <= MOST_OPEN_PACKETS) return;
    for (const [key, open] of this.#open) {
      this.#report.ipFragmentsLost += open.fragments.length;
      this.#open.delete(key);
      return;
    }
  }
}

function assemble({ fragments, length }: OpenPacket): Uint8Array | null {
  if (length < 0) return null;
  fragments.sort((left, right) => left.offset - right.offset);
  const payload = new Uint8Array(length);
  let filled = 0;
  for (const { offset, bytes } of fragments) {
    if (offset > filled) return null;
    const fresh = bytes.subarray(filled - offset, Math.max(0, length - offset));
    if (fresh.length === 0) continue;
    payload.set(fresh, filled);
    filled += fresh.length;
  }
  return filled === length ? payload : null;
}
