/** The unsigned 16-bit number at a position, most significant byte first (network order). */
export function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

/** The unsigned 32-bit number at a position, most significant byte first (network order). */
export function uint32(bytes: Uint8Array, at: number): number {
  return (
    (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0
  );
}

/** The unsigned 16-bit number at a position, least significant byte first. */
export function uint16Little(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
}

/** The unsigned 32-bit number at a position, least significant byte first. */
export function uint32Little(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)) >>> 0
  );
}

/** Readers of numbers in the byte order of the machine that wrote a capture file. */
export interface ByteOrder {
  uint16(bytes: Uint8Array, at: number): number;
  uint32(bytes: Uint8Array, at: number): number;
}

export const BIG_ENDIAN: ByteOrder = { uint16, uint32 };
export const LITTLE_ENDIAN: ByteOrder = { uint16: uint16Little, uint32: uint32Little };
