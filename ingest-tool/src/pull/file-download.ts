import { createHash, type Hash } from 'node:crypto';
import { expectedEtag, sourceOf } from '../push/object-comparison';
import type { LakeStorage } from '../storage/lake-storage';
import type { LocalStorage } from '../storage/local-storage';
import { PART_BYTES } from '../storage/s3-upload';
import type { PullFile } from './pull-plan';

/** That a file is not, or no more, what the manifest or the listing said; a new look may tell. */
export class SourceChanged extends Error {
  override readonly name = 'SourceChanged';
}

/** That the bytes of a file are not those that its checksum is of. */
export class DamagedFile extends Error {
  override readonly name = 'DamagedFile';
}

/** How what arrives is checked. */
export interface DownloadChecks {
  /** Whether an ETag that looks like an MD5 is one. */
  trustEtags: boolean;
}

/**
 * Whether a folder has a file already, by its SHA-256, or else by the ETag that its bytes would have.
 */
export async function isThere(
  folder: LocalStorage,
  file: PullFile,
  { trustEtags }: DownloadChecks,
  signal: AbortSignal,
): Promise<boolean> {
  const own = await folder.describe(file.key);
  if (own?.size !== file.size) return false;
  const source = sourceOf(folder, own, signal);
  if (file.sha256 !== null) return (await sha256Of(source.read, file.size)) === file.sha256;
  if (!trustEtags || file.etag === null || !isChecksum(file.etag)) return false;
  return (await expectedEtag(source, file.etag)) === file.etag;
}

/**
 * Fetches a file into a folder, checked before it is put in place. Large ones are fetched in pieces.
 * @param onBytes called with the bytes of each piece
 * @throws SourceChanged, DamagedFile
 */
export async function download(
  folder: LocalStorage,
  data: LakeStorage,
  file: PullFile,
  checks: DownloadChecks,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<void> {
  await folder.writeInPieces(file.key, checkedPieces(data, file, checks, signal, onBytes), signal);
}

async function* checkedPieces(
  data: LakeStorage,
  file: PullFile,
  { trustEtags }: DownloadChecks,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let { etag } = file;
  const sha256 = createHash('sha256');
  const md5 = createHash('md5');
  for (let start = 0; start === 0 || start < file.size; start += PART_BYTES) {
    const end = Math.min(start + PART_BYTES, file.size);
    const span = file.size <= PART_BYTES ? undefined : { start, end };
    const piece = await data.read(file.key, signal, span);
    if (piece === undefined) throw new SourceChanged(file.key);
    etag ??= piece.etag;
    if (piece.etag !== etag || piece.bytes.byteLength !== end - start) throw new SourceChanged(file.key);
    for (const hash of [sha256, md5]) hash.update(piece.bytes);
    yield piece.bytes;
    onBytes(piece.bytes.byteLength);
  }
  if (!hasItsChecksum(file, etag ?? '', sha256, md5, trustEtags)) throw new DamagedFile(file.key);
}

function hasItsChecksum(file: PullFile, etag: string, sha256: Hash, md5: Hash, trustEtags: boolean): boolean {
  if (file.sha256 !== null) return sha256.digest('hex') === file.sha256;
  // The ETag of an upload in parts says nothing without knowing the parts.
  return !trustEtags || !/^[0-9a-f]{32}$/.test(etag) || md5.digest('hex') === etag;
}

function isChecksum(etag: string): boolean {
  return /^[0-9a-f]{32}(?:-\d+)?$/.test(etag);
}

async function sha256Of(read: (start: number, end: number) => Promise<Uint8Array>, size: number): Promise<string> {
  const hash = createHash('sha256');
  for (let start = 0; start < size; start += PART_BYTES)
    hash.update(await read(start, Math.min(start + PART_BYTES, size)));
  return hash.digest('hex');
}
