import { coalesceSpans, planReads, sizeOf, type RowGroupRead } from '../lake/byte-ranges';
import { LakeError } from '../lake/lake-error';
import { FOOTER_GUESS, WHOLE_FILE_BYTES } from '../lake/limits';
import { bytesOfStretches, type RowSpan } from '../lake/page-index';
import type { ByteSpan } from '../lake/parquet-footer';
import type { LakeFile } from '../lake/partition-walk';
import type { ByteCache } from '../sources/byte-cache';
import { runInLanes } from '../sources/fetch-pool';
import type { ObjectStore } from '../sources/object-store';
import type { LoadedPiece } from './chunk-loader';
import { damagedFile } from './damaged-file';
import type { DecodedRows, Decoder, DecodeRequest } from './decoder-protocol';
import { excerptFooter } from './footer-excerpt';
import { keepingOf } from './keeping-store';
import { bytesOf, fetchSpans, readPages } from './page-indexes';
import type { FilePiece } from './file-piece';
import { readFooter } from './footers';
import type { Footer, FooterCache } from './footers';
import type { SchemaDifferences } from './schema-differences';
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
  /** Told of files that have columns the lake's table has not. */
  differences?: SchemaDifferences;
  /** Told of each answer from the network. */
  onFetched: (file: LakeFile, bytes: number) => void;
  /** Told of the decoder's time in milliseconds. */
  onDecoded: (elapsed: number) => void;
}

/** Pieces of one file that are fetched and decoded together. */
export interface PieceRead {
  file: LakeFile;
  /** Null for a file that is read whole. */
  parts: PartsRead | null;
  /** What it takes at most where nothing is cached. */
  bytes: number;
}

interface PartsRead {
  footer: Footer;
  read: RowGroupRead;
  /** Of the only row group, where not all of its rows are read. */
  stretches?: { spans: RowSpan[]; offsetIndexes: FilePart };
}

/** Orders the reading of pieces. Footers that are not known any more are fetched again. */
export async function planPieceReads(
  { store, cache, footers, columns, onFetched }: Reading,
  pieces: readonly FilePiece[],
  signal: AbortSignal,
): Promise<PieceRead[]> {
  const wanted = new Map<LakeFile, { rowGroups: number[]; stretches: Map<number, RowSpan[]> }>();
  const whole: PieceRead[] = [];
  for (const { file, rowGroup, span } of pieces) {
    if (rowGroup === null) {
      whole.push({ file, parts: null, bytes: file.size });
      continue;
    }
    const ofFile = wanted.get(file) ?? { rowGroups: [], stretches: new Map<number, RowSpan[]>() };
    wanted.set(file, ofFile);
    if (span) ofFile.stretches.set(rowGroup, [...(ofFile.stretches.get(rowGroup) ?? []), span]);
    else ofFile.rowGroups.push(rowGroup);
  }
  const inParts = await runInLanes([...wanted], LANES, signal, async ([file, { rowGroups, stretches }], either) => {
    const keeping = keepingOf(tellingOf(store, file, onFetched), cache, file);
    const footer = await readFooter(footers, keeping, cache, file, either);
    const reads: PartsRead[] = planReads(footer, rowGroups, columns).map((read) => ({ footer, read }));
    for (const [rowGroup, spans] of stretches) {
      const index = await readPages(keeping, file, footer, rowGroup, either);
      const chunks = bytesOfStretches(footer, rowGroup, index, columns, spans);
      const { offsetIndexes } = index;
      reads.push({ footer, read: { rowGroups: [rowGroup], chunks }, stretches: { spans, offsetIndexes } });
    }
    return reads.map((parts) => ({ file, parts, bytes: sizeOf(coalesceSpans(parts.read.chunks)) }));
  });
  return [...whole, ...inParts.flat()];
}

/** Fetches what a read needs and is not cached, and decodes it. Where no column is wanted, footers count the rows. */
export async function readPieces(reading: Reading, read: PieceRead, signal: AbortSignal): Promise<LoadedPiece[]> {
  const { file, parts } = read;
  if (parts) return readParts(reading, file, parts, signal);
  if (reading.columns.length === 0 && file.size > FOOTER_GUESS) {
    const keeping = keepingOf(tellingOf(reading.store, file, reading.onFetched), reading.cache, file);
    const { rowGroups } = await readFooter(reading.footers, keeping, reading.cache, file, signal);
    return [{ file, rowGroup: null, rows: rowGroups.reduce((sum, { rows }) => sum + rows, 0), ipc: null }];
  }
  const { bytes, keep } = await fetchWhole(reading, file, signal);
  const decoded = await decode(reading, file, { size: bytes.byteLength, parts: [{ start: 0, bytes }] });
  await keep();
  return decoded.map((rows) => ({ ...rows, file, rowGroup: null }));
}

async function readParts(
  reading: Reading,
  file: LakeFile,
  { footer, read: { rowGroups, chunks }, stretches }: PartsRead,
  signal: AbortSignal,
): Promise<LoadedPiece[]> {
  const [only = 0] = rowGroups;
  const pieces: FilePiece[] = stretches
    ? stretches.spans.map((span) => ({ file, rowGroup: only, span }))
    : rowGroups.map((rowGroup) => ({ file, rowGroup }));
  if (chunks.length === 0) {
    return pieces.map((piece) => ({ ...piece, rows: rowsOf(footer, piece), ipc: null }));
  }
  const { parts, keep } = await fetchChunks(reading, file, footer, chunks, signal);
  if (stretches) parts.push(stretches.offsetIndexes);
  const excerpt = excerptOf(file, footer, rowGroups, stretches !== undefined);
  const start = file.size - footer.bytes.byteLength;
  parts.push({ start, bytes: excerpt });
  const selections = pieces.map(({ span }, index) => (span ? { rowGroup: 0, span } : { rowGroup: index }));
  const decoded = await decode(reading, file, { size: start + excerpt.byteLength, parts, selections });
  await keep();
  return decoded.flatMap((rows, index) => {
    const piece = pieces[index];
    return piece ? { ...piece, ...rows } : [];
  });
}

function excerptOf(file: LakeFile, footer: Footer, rowGroups: number[], withOffsetIndex: boolean): Uint8Array {
  try {
    return excerptFooter(footer.bytes, rowGroups, withOffsetIndex);
  } catch (error) {
    throw damagedFile(file.key, error);
  }
}

function rowsOf(footer: Footer, { rowGroup, span }: FilePiece): number {
  if (span) return span.end - span.start;
  return footer.rowGroups[rowGroup ?? 0]?.rows ?? 0;
}

async function decode(
  { decoder, columns, differences, onDecoded }: Reading,
  file: LakeFile,
  source: Pick<DecodeRequest, 'size' | 'parts' | 'selections'>,
): Promise<DecodedRows[]> {
  const known = differences && { known: differences.known };
  const { rows, elapsed } = await decoder.decode({ ...source, name: file.key, columns, ...known });
  onDecoded(elapsed);
  const others = rows[0]?.others;
  if (others) differences?.note(file, others);
  return rows;
}

/** Keeps what was fetched: once it has been decoded, for another try must not read bytes that came damaged. */
type Keep = () => Promise<void>;

async function fetchWhole(
  reading: Reading,
  file: LakeFile,
  signal: AbortSignal,
): Promise<{ bytes: Uint8Array; keep: Keep }> {
  const { cache } = reading;
  const known = await cache.get(file.key, file.etag);
  if (known) return { bytes: known, keep: () => Promise.resolve() };
  const { value } = await tellingOf(reading.store, file, reading.onFetched).get(file.key, signal);
  if (value.byteLength < file.size) {
    throw new LakeError({
      code: 'truncated',
      message: `${file.key} has ${value.byteLength} bytes, but the listing says ${file.size}.`,
      advice: 'Open the lake again in case the file has just been replaced; otherwise upload it again.',
      file: file.key,
    });
  }
  // A file that was replaced since it was listed is read as it is now, but not kept under its old ETag.
  const isListed = value.byteLength === file.size;
  return { bytes: value, keep: async () => (isListed ? cache.put(file.key, file.etag, value) : undefined) };
}

/** Column chunks or pages, each as a part of its own, in the order of the file. */
async function fetchChunks(
  reading: Reading,
  file: LakeFile,
  footer: Footer,
  chunks: ByteSpan[],
  signal: AbortSignal,
): Promise<{ parts: FilePart[]; keep: Keep }> {
  const { cache } = reading;
  const store = tellingOf(reading.store, file, reading.onFetched);
  const cacheKey = ({ start, end }: ByteSpan) => `${file.key}#${start}-${end}`;
  const whole = file.size > WHOLE_FILE_BYTES ? undefined : await cache.get(file.key, file.etag);
  if (whole) {
    const parts = chunks.map(({ start, end }) => ({ start, bytes: whole.subarray(start, end) }));
    return { parts, keep: () => Promise.resolve() };
  }
  const known = await Promise.all(chunks.map((chunk) => cache.get(cacheKey(chunk), file.etag)));
  const missing = chunks.filter((_, index) => known[index] === undefined);
  const runs = await fetchSpans(store, file, footer, missing, signal);
  const fetched = missing.map((chunk) => ({ chunk, bytes: bytesOf(runs, chunk) }));
  return {
    parts: chunks.map((chunk, index) => ({ start: chunk.start, bytes: known[index] ?? bytesOf(runs, chunk) })),
    async keep() {
      for (const { chunk, bytes } of fetched) await cache.put(cacheKey(chunk), file.etag, bytes);
    },
  };
}
