/** What a field of a binary row holds: a number (NaN for none), a text, or a time of the logger's clock in microseconds. */
export interface BinaryField {
  kind: 'number' | 'text' | 'time';
  /** Bytes it takes. */
  size: number;
  number: (view: DataView, at: number) => number;
  text: (view: DataView, at: number) => string;
}

/** Seconds from 1970 to Campbell Scientific's first, 1990-01-01. */
const EPOCH_SECONDS = 631_152_000;

const TENTHS = [1, 10, 100, 1000];

/**
 * A number of Campbell Scientific's two bytes: sign, decimal places (0 to 3), and 13 bits of digits, the high byte first. Digits above
 * 7999 are what the logger says instead of a number (0x9FFE: not a number).
 */
function fp2(view: DataView, at: number): number {
  const bits = view.getUint16(at);
  const digits = bits & 0x1fff;
  const places = (bits >> 13) & 3;
  if (places === 0 && digits >= 8190) return Number.NaN;
  const size = digits / (TENTHS[places] ?? 1);
  return (bits & 0x8000) === 0 ? size : -size;
}

/** UTC microseconds, as if the logger's clock ran in UTC, of seconds since 1990 and a part of one. */
export function loggerMicros(seconds: number, micros: number): number {
  return (EPOCH_SECONDS + seconds) * 1e6 + Math.round(micros);
}

const NUMBERS: Record<string, [size: number, read: (view: DataView, at: number) => number]> = {
  FP2: [2, fp2],
  IEEE4: [4, (view, at) => view.getFloat32(at, true)],
  IEEE4L: [4, (view, at) => view.getFloat32(at, true)],
  IEEE4B: [4, (view, at) => view.getFloat32(at)],
  IEEE8: [8, (view, at) => view.getFloat64(at, true)],
  IEEE8L: [8, (view, at) => view.getFloat64(at, true)],
  IEEE8B: [8, (view, at) => view.getFloat64(at)],
  ULONG: [4, (view, at) => view.getUint32(at, true)],
  LONG: [4, (view, at) => view.getInt32(at, true)],
  USHORT: [2, (view, at) => view.getUint16(at, true)],
  SHORT: [2, (view, at) => view.getInt16(at, true)],
  UINT2: [2, (view, at) => view.getUint16(at)],
  INT2: [2, (view, at) => view.getInt16(at)],
  UINT4: [4, (view, at) => view.getUint32(at)],
  INT4: [4, (view, at) => view.getInt32(at)],
  BOOL: [1, (view, at) => Number(view.getUint8(at) !== 0)],
  BOOL2: [2, (view, at) => Number(view.getUint16(at) !== 0)],
  BOOL4: [4, (view, at) => Number(view.getUint32(at) !== 0)],
  BOOL8: [1, (view, at) => view.getUint8(at)],
};

const TIMES: Record<string, boolean> = { NSEC: false, SECNANO: true };

/** The field that a type of a TOB1 or TOB3 header names; undefined for one that is not known. */
export function binaryField(type: string): BinaryField | undefined {
  const name = type.trim().toUpperCase();
  const known = NUMBERS[name];
  if (known !== undefined) {
    const [size, number] = known;
    return { kind: 'number', size, number, text: (view, at) => String(number(view, at)) };
  }
  const isLittle = TIMES[name];
  if (isLittle !== undefined) {
    const number = (view: DataView, at: number): number =>
      loggerMicros(view.getUint32(at, isLittle), view.getUint32(at + 4, isLittle) / 1000);
    return { kind: 'time', size: 8, number, text: (view, at) => new Date(number(view, at) / 1000).toISOString() };
  }
  const size = Number(/^ASCII\((\d{1,4})\)$/.exec(name)?.[1] ?? 0);
  if (size === 0) return undefined;
  const text = (view: DataView, at: number): string => {
    const whole = Buffer.from(view.buffer, view.byteOffset + at, size).toString('latin1');
    return whole.split('\0', 1)[0]?.trim() ?? '';
  };
  return { kind: 'text', size, number: () => Number.NaN, text };
}
