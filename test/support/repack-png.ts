import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE_BYTES = 8;
const RGB_BYTES = 3;

/**
 * Packs a screenshot tighter without changing a pixel: pictures of text and flat colour deflate best unfiltered.
 * @param png 8-bit RGB, not interlaced, as Chromium writes it
 */
export function repackPng(png: Buffer): Buffer {
  const chunks = readChunks(png);
  const header = chunks.find(({ type }) => type === 'IHDR')?.data ?? Buffer.alloc(0);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  if (header[8] !== 8 || header[9] !== 2 || header[12] !== 0) return png;
  const packed = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data));
  const pixels = unfilter(inflateSync(packed), width * RGB_BYTES, height);
  return Buffer.concat([
    png.subarray(0, SIGNATURE_BYTES),
    formatChunk('IHDR', header),
    formatChunk('IDAT', deflateSync(pixels, { level: 9, memLevel: 9 })),
    formatChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Red, green and blue of the pixel at the upper left. @param png 8-bit RGB, not interlaced */
export function firstPixel(png: Buffer): number[] {
  const packed = Buffer.concat(
    readChunks(png)
      .filter(({ type }) => type === 'IDAT')
      .map(({ data }) => data),
  );
  // No filter changes it: above it and to its left there is nothing.
  return [...inflateSync(packed).subarray(1, 1 + RGB_BYTES)];
}

function readChunks(png: Buffer): { type: string; data: Buffer }[] {
  const chunks = [];
  for (let at = SIGNATURE_BYTES; at < png.length;) {
    const length = png.readUInt32BE(at);
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return chunks;
}

function formatChunk(type: string, data: Buffer): Buffer {
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  data.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return chunk;
}

/** Undoes the filters of PNG (ISO/IEC 15948, 9.2): each row again, led by the filter type 0. */
function unfilter(rows: Buffer, rowBytes: number, height: number): Buffer {
  const stride = rowBytes + 1;
  const plain = Buffer.alloc(stride * height);
  for (let row = 0; row < height; row++) {
    const start = row * stride + 1;
    const filter = rows[start - 1] ?? 0;
    for (let at = start; at < start + rowBytes; at++) {
      const left = at - start >= RGB_BYTES ? (plain[at - RGB_BYTES] ?? 0) : 0;
      const above = row > 0 ? (plain[at - stride] ?? 0) : 0;
      const corner = row > 0 && at - start >= RGB_BYTES ? (plain[at - stride - RGB_BYTES] ?? 0) : 0;
      plain[at] = (rows[at] ?? 0) + predict(filter, left, above, corner);
    }
  }
  return plain;
}

function predict(filter: number, left: number, above: number, corner: number): number {
  switch (filter) {
    case 1:
      return left;
    case 2:
      return above;
    case 3:
      return (left + above) >> 1;
    case 4: {
      const guess = left + above - corner;
      const [toLeft, toAbove, toCorner] = [left, above, corner].map((value) => Math.abs(guess - value));
      if (toLeft === undefined || toAbove === undefined || toCorner === undefined) return 0;
      return toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner;
    }
    default:
      return 0;
  }
}
