import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SPOOL_FOLDER } from '@tidelake/lake-format';
import { ProcessLock } from '../publish/process-lock';
import { EXIT, explainSystemError } from '../tool-error';
import { putDurably, readIfThere } from '../write/durable-file';
import { spoolSerial } from './spool';

const NEWLINE = 0x0a;

/**
 * A worker's folder in the lake's spool. A worker that starts takes the first that no living worker has, and with it the
 * client id, so that the broker gives it what it had kept for the one before.
 */
export interface WorkerPlace {
  folder: string;
  /** What the broker knows the worker by. */
  clientId: string;
  /** Files that an earlier worker left, in the order they were written. */
  leftovers: string[];
  /** The number of the next file. */
  serial: number;
  release(): Promise<void>;
}

/**
 * Takes a place for a worker, and those of workers that are gone and left messages behind.
 * @param purpose broker, topics and group: workers of different purposes have different sessions, so different places
 * @throws ToolError where the file system refuses
 */
export async function takePlace(
  lake: string,
  purpose: string,
): Promise<{ own: WorkerPlace; abandoned: WorkerPlace[] }> {
  const spool = join(lake, SPOOL_FOLDER);
  const prefix = createHash('sha256').update(purpose).digest('hex').slice(0, 8);
  const abandoned: WorkerPlace[] = [];
  try {
    await mkdir(spool, { recursive: true });
    let own: WorkerPlace | undefined;
    for (let number = 1; own === undefined; number++) own = await enter(join(spool, `${prefix}-${number}`));
    for (const name of (await readdir(spool)).sort()) {
      const place = join(spool, name) === own.folder ? undefined : await enter(join(spool, name));
      if (place === undefined) continue;
      if (place.leftovers.length > 0) abandoned.push(place);
      else await place.release();
    }
    return { own, abandoned };
  } catch (error) {
    throw explainSystemError(error, 'write to the spool', spool, EXIT.unexpected);
  }
}

/** Undefined where a living worker has it. */
async function enter(folder: string): Promise<WorkerPlace | undefined> {
  await mkdir(folder, { recursive: true });
  const lock = await ProcessLock.take(join(folder, 'lock'));
  if (!(lock instanceof ProcessLock)) return undefined;
  const serials = (await readdir(folder)).flatMap((name) => {
    const serial = spoolSerial(name);
    return serial === undefined ? [] : [{ path: join(folder, name), serial }];
  });
  serials.sort((left, right) => left.serial - right.serial);
  const leftovers: string[] = [];
  for (const { path } of serials) if (await trim(path)) leftovers.push(path);
  return {
    folder,
    clientId: await clientIdOf(folder),
    leftovers,
    serial: (serials.at(-1)?.serial ?? 0) + 1,
    release: () => lock.release(),
  };
}

async function clientIdOf(folder: string): Promise<string> {
  const path = join(folder, 'client-id');
  const known = await readIfThere(path);
  if (known !== undefined) return Buffer.from(known).toString('utf8').trim();
  const draft = `${path}.draft`;
  await rm(draft, { force: true });
  // 23 letters and digits are what every broker has to accept.
  const id = `tidelake${randomUUID().replaceAll('-', '').slice(0, 15)}`;
  await putDurably(path, Buffer.from(`${id}\n`), draft);
  return id;
}

/**
 * Cuts a line off that a killed worker had not written to its end: it was not acknowledged, so the broker sends it again.
 * @returns whether anything is left; an empty file is removed
 */
async function trim(path: string): Promise<boolean> {
  const file = await open(path, 'r+');
  let end = (await file.stat()).size;
  try {
    const chunk = Buffer.alloc(1 << 16);
    for (let found = false; !found && end > 0;) {
      const start = Math.max(0, end - chunk.length);
      const { bytesRead } = await file.read(chunk, 0, end - start, start);
      const newline = chunk.subarray(0, bytesRead).lastIndexOf(NEWLINE);
      found = newline >= 0;
      end = found ? start + newline + 1 : start;
    }
    await file.truncate(end);
    await file.sync();
  } finally {
    await file.close();
  }
  if (end === 0) await rm(path);
  return end > 0;
}
