import { coalesceSpans, planReads, type ByteSpan, type RowGroupRead } from '../lake/byte-ranges';
import { LakeError } from '../lake/lake-error';
import { FOOTER_GUESS, WHOLE_FILE_BYTES } from '../lake/limits';
import type { LakeFile } from '../lake/partition-walk';
import type { ByteCache } from '../sources/byte-cache';
import { runInLanes } from '../sources/fetch-pool';
import type { ObjectStore } from '../sources/object-store';
import type { LoadedPiece } from './chunk-loader';
import type { Decoder } from './decode-client';
import type { FilePiece } from './file-piece';
import type { Footer, FooterCache } from './footers';
import type { FilePart } from './sparse-blob';
import { tellingOf } from './telling-store';

/** Requests for parts of one file under way at once. */
const LANES = 8;

/** What files are read with. */
export interface Reading {
  store: ObjectStore;
  cache: ByteCache;
  footers: FooterCache;
  decoder: Decoder;
  /** File columns that are wanted. */
  columns: readonly string[];
  /** Told of each answer from the network. */
  onFetched: (file: LakeFile, bytes: number) => void;
  /** Told of the decoder's time in milliseconds. */
  onDecoded: (elapsed: number) => void;
}

/** Pieces of one file that are fetched and decoded together. */
export interface PieceRead {
  file: LakeFile;
  /** Null for a file that is read whole. */
  parts: { footer: Footer; read: RowGroupRead } | null;
  /** What it takes at most where nothing is cached. */
  bytes: number;
}

/** Orders the reading of pieces. Footers that are not known any more are fetched again. */
export async function planPieceReads(
  { store, footers, columns, onFetched }: Reading,
  pieces: readonly FilePiece[],
  signal: AbortSignal,
): Promise<PieceRead[]> {
  const rowGroups = new Map<LakeFile, number[]>();
  const whole: PieceRead[] = [];
  for (const { file, rowGroup } of pieces) {
    const others = rowGroups.get(file);
    if (rowGroup === null) whole.push({ file, parts: null, bytes: file.size });
    else if (others) others.push(rowGroup);
    else rowGroups.set(file, [rowGroup]);
  }
  const inParts = await runInLanes([...rowGroups], LANES, signal, async ([file, wanted], either) => {
    const footer = await footers.read(tellingOf(store, file, onFetched), file, either);
    return planReads(footer, wanted, columns).map((read) => ({
      file,
      parts: { footer, read },
      bytes: coalesceSpans(read.chunks).reduce((sum, { start, end }) => sum + end - start, 0),
    }));
  });
  return [...whole, ...inParts.flat()];
}

/** Fetches what a read needs and is not cached, and decodes it. Where no column is wanted, footers count the rows. */
export async function readPieces(reading: Reading, read: PieceRead, signal: AbortSignal): Promise<LoadedPiece[]> {
  const { file, parts } = read;
  if (parts) return readParts(reading, file, parts.footer, parts.read, signal);
  if (reading.columns.length === 0 && file.size > FOOTER_GUESS) {
    const { rowGroups } = await reading.footers.read(tellingOf(reading.store, file, reading.onFetched), file, signal);
    return [{ file, rowGroup: null, rows: rowGroups.reduce((sum, { rows }) => sum + rows, 0), ipc: null }];
  }
  const bytes = await fetchWhole(reading, file, signal);
  return decode(reading, file, { size: bytes.byteLength, parts: [{ start: 0, bytes }] });
}

async function readParts(
  reading: Reading,
  file: LakeFile,
  footer: Footer,
  { rowGroups, chunks }: RowGroupRead,
  signal: AbortSignal,
): Promise<LoadedPiece[]> {
  if (chunks.length === 0) {
    return rowGroups.map((rowGroup) => ({ file, rowGroup, rows: footer.rowGroups[rowGroup]?.rows ?? 0, ipc: null }));
  }
  const parts = await fetchChunks(reading, file, footer, chunks, signal);
  parts.push({ start: file.size - footer.bytes.byteLength, bytes: footer.bytes });
  return decode(reading, file, { size: file.size, parts }, rowGroups);
}

async function decode(
  { decoder, columns, onDecoded }: Reading,
  file: LakeFile,
  source: { size: number; parts: FilePart[] },
  rowGroups?: number[],
): Promise<LoadedPiece[]> {
  const request = { ...source, name: file.key, columns, ...(rowGroups && { rowGroups }) };
  const { rows, elapsed } = await decoder.decode(request);
  onDecoded(elapsed);
  return rows.map((decoded, index) => ({ ...decoded, file, rowGroup: rowGroups?.[index] ?? null }));
}

async function fetchWhole(reading: Reading, file: LakeFile, signal: AbortSignal): Promise<Uint8Array> {
  const { cache } = reading;
  const known = await cache.get(file.key, file.etag);
  if (known) return known;
  const { value } = await tellingOf(reading.store, file, reading.onFetched).get(file.key, signal);
  if (value.byteLength < file.size) {
    throw new LakeError({
      code: 'truncated',
      message: `${file.key} has ${value.byteLength} bytes, but the listing says ${file.size}.`,
      advice: 'Open the lake again in case the file has just been replaced; otherwise upload it again.',
    });
  }
  // A file that was replaced since it was listed is read as it is now, but not kept under its old ETag.
  if (value.byteLength === file.size) await cache.put(file.key, file.etag, value);
  return value;
}

/** Column chunks, each as a part of its own, in the order of the file. */
async function fetchChunks(
  reading: Reading,
  file: LakeFile,
  footer: Footer,
  chunks: ByteSpan[],
  signal: AbortSignal,
): Promise<FilePart[]> {
  const { cache } = reading;
  const store = tellingOf(reading.store, file, reading.onFetched);
  const cacheKey = ({ start, end }: ByteSpan) => `${file.key}#${start}-${end}`;
  const whole = file.size > WHOLE_FILE_BYTES ? undefined : await cache.get(file.key, file.etag);
  if (whole) return chunks.map(({ start, end }) => ({ start, bytes: whole.subarray(start, end) }));
  const known = await Promise.all(chunks.map((chunk) => cache.get(cacheKey(chunk), file.etag)));
  const missing = chunks.filter((_, index) => known[index] === undefined);
  const runs = await runInLanes(coalesceSpans(missing), LANES, signal, async (range, either) => {
    const { value, version } = await store.get(file.key, either, range);
    if (version !== undefined) {
      // A footer that was offered has no version of its own: the first answer tells it.
      footer.version ??= version;
      if (version !== footer.version) throw replaced(file);
    }
    return { start: range.start, bytes: value };
  });
  return Promise.all(
    chunks.map(async (chunk, index) => {
      const bytes = known[index] ?? copyOf(runs, chunk);
      if (!known[index]) await cache.put(cacheKey(chunk), file.etag, bytes);
      return { start: chunk.start, bytes };
    }),
  );
}

function copyOf(runs: FilePart[], { start, end }: ByteSpan): Uint8Array {
  const copy = new Uint8Array(end - start);
  for (const run of runs) {
    const first = Math.max(start, run.start);
    const last = Math.min(end, run.start + run.bytes.byteLength);
    if (last > first) copy.set(run.bytes.subarray(first - run.start, last - run.start), first - start);
  }
  return copy;
}

function replaced(file: LakeFile): LakeError {
  return new LakeError({
    code: 'truncated',
    message: `${file.key} was replaced while it was being read.`,
    advice: 'Open the lake again, so that it is listed anew.',
  });
}
