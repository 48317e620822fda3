import type { ByteOrder } from './byte-order';

const OPTION_END = 0;
const OPTION_RESOLUTION = 9;
const OPTION_OFFSET = 14;
const MICROSECOND_EXPONENT = 6;
/** Up to picoseconds, the steps of the division below stay within 2^53. */
const FINEST_EXACT_EXPONENT = 12;

/** How an interface of a pcapng file counts time. */
export interface InterfaceClock {
  /** Ticks a second are 10 or 2 to the power of `exponent`. */
  binary: boolean;
  exponent: number;
  /** Seconds to add to every timestamp. */
  offsetSeconds: number;
}

/** Microseconds since 1970, which is what an interface counts unless it says otherwise. */
export const DEFAULT_CLOCK: InterfaceClock = { binary: false, exponent: MICROSECOND_EXPONENT, offsetSeconds: 0 };

/** Reads if_tsresol and if_tsoffset from the options of an interface description block. */
export function readClock(bytes: Uint8Array, start: number, end: number, order: ByteOrder): InterfaceClock {
  const clock = { ...DEFAULT_CLOCK };
  for (let at = start; at + 4 <= end;) {
    const code = order.uint16(bytes, at);
    const length = order.uint16(bytes, at + 2);
    const value = at + 4;
    if (code === OPTION_END || value + length > end) break;
    if (code === OPTION_RESOLUTION && length === 1) {
      const resolution = bytes[value] ?? MICROSECOND_EXPONENT;
      clock.binary = (resolution & 0x80) !== 0;
      clock.exponent = resolution & 0x7f;
    } else if (code === OPTION_OFFSET && length === 8) {
      clock.offsetSeconds = offsetSeconds(bytes, value, order);
    }
    at = value + length + ((4 - (length % 4)) % 4);
  }
  return clock;
}

function offsetSeconds(bytes: Uint8Array, at: number, order: ByteOrder): number {
  const first = BigInt(order.uint32(bytes, at));
  const second = BigInt(order.uint32(bytes, at + 4));
  const little = order.uint16(new Uint8Array([1, 0]), 0) === 1;
  const raw = little ? (second << 32n) | first : (first << 32n) | second;
  return Number(BigInt.asIntN(64, raw));
}

/**
 * The instant of a 64-bit timestamp, exact to the microsecond, rounded down.
 * @param high upper 32 bits
 * @param low lower 32 bits
 * @returns UTC microseconds
 */
export function timeUsOf(high: number, low: number, clock: InterfaceClock): number {
  const { binary, exponent } = clock;
  const shift = clock.offsetSeconds * 1e6;
  if (!binary && exponent === MICROSECOND_EXPONENT) return high * 0x1_0000_0000 + low + shift;
  if (!binary && exponent > MICROSECOND_EXPONENT && exponent <= FINEST_EXACT_EXPONENT) {
    // A nanosecond count does not fit into 53 bits, so it is divided as on paper: upper half first, then the rest.
    const divisor = 10 ** (exponent - MICROSECOND_EXPONENT);
    const quotient = Math.floor(high / divisor);
    const rest = (high % divisor) * 0x1_0000_0000 + low;
    return quotient * 0x1_0000_0000 + Math.floor(rest / divisor) + shift;
  }
  const ticks = (BigInt(high) << 32n) | BigInt(low);
  const ticksPerSecond = binary ? 1n << BigInt(exponent) : 10n ** BigInt(exponent);
  return Number((ticks * 1_000_000n) / ticksPerSecond) + shift;
}
