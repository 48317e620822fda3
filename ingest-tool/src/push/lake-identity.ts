import { createHash, randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ABOUT_FOLDER, parseLakeDescription } from '@tidelake/lake-format';
import { StorageConflict, type LakeStorage } from '../storage/lake-storage';
import { EXIT, explainSystemError, systemErrorCode, ToolError } from '../tool-error';
import { readIfThere } from '../write/durable-file';
import type { FrontFile, LakeFront } from './lake-front';

/** By what a lake is known again, here and where it was pushed to: a text that no other lake has. */
export const IDENTITY_PATH = `${ABOUT_FOLDER}/identity`;

const FORM = /^[0-9a-f-]{36}$/;

/**
 * The identity of a lake on this machine. It gets one with its first push: what writes lakes makes the same of the same
 * input, and so cannot give one.
 * @param root absolute path; where it cannot be written to, the place itself is the identity
 * @throws ToolError where the file system refuses
 */
export async function identityOf(root: string): Promise<string> {
  const file = path.join(root, IDENTITY_PATH);
  for (let attempt = 0; ; attempt++) {
    const known = await readIfThere(file);
    const text = Buffer.from(known ?? new Uint8Array())
      .toString('utf8')
      .trim();
    if (FORM.test(text)) return text;
    try {
      // Another push of this lake may be writing it just now; what is empty after a while, a killed one left.
      if (known === undefined || attempt > 5) await createIdentity(file, known === undefined);
      else await delay(20);
    } catch (error) {
      const code = systemErrorCode(error) ?? '';
      if (['EACCES', 'EROFS', 'EPERM'].includes(code)) {
        return createHash('sha256').update(`${hostname()}\n${root}`).digest('hex');
      }
      if (code !== 'EEXIST') throw explainSystemError(error, 'write', file, EXIT.unexpected);
    }
  }
}

async function createIdentity(file: string, isNew: boolean): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `${randomUUID()}\n`, { flag: isNew ? 'wx' : 'w' });
}

/**
 * Makes a place of a bucket that of a lake, before anything is sent there.
 * @param own identity of the lake
 * @param replace whether it may take the place of another one
 * @throws ToolError where another lake is there
 */
export async function claimPlace(
  far: LakeStorage,
  own: { identity: string; front: LakeFront; url: string },
  before: LakeFront,
  { replace, dryRun, signal }: { replace: boolean; dryRun: boolean; signal: AbortSignal },
): Promise<void> {
  const there = await far.read(IDENTITY_PATH, signal);
  const name = there && Buffer.from(there.bytes).toString('utf8').trim();
  if (name === own.identity) return;
  const isOther = name !== undefined || !shareStations(own.front.description, before.description);
  if (isOther && !replace) throw otherLake(far.url, own.url, before);
  if (dryRun) return;
  const bytes = Buffer.from(`${own.identity}\n`);
  try {
    await far.write(IDENTITY_PATH, bytes, signal, there === undefined ? { absent: true } : { etag: there.etag });
  } catch (error) {
    if (!(error instanceof StorageConflict)) throw error;
    // Another push was faster: of this lake, or not.
    const now = await far.read(IDENTITY_PATH, signal);
    if (now === undefined || !bytes.equals(now.bytes)) throw otherLake(far.url, own.url, before);
  }
}

/** Whether descriptions may be of one lake at different times. One that is not there may be of any. */
function shareStations(one: FrontFile | undefined, other: FrontFile | undefined): boolean {
  const [ids, others] = [stationsOf(one), stationsOf(other)];
  return ids.length === 0 || others.length === 0 || ids.some((id) => others.includes(id));
}

function stationsOf(file: FrontFile | undefined): string[] {
  try {
    const text = Buffer.from(file?.bytes ?? new Uint8Array()).toString('utf8');
    return parseLakeDescription(text).stations.map(({ id }) => id);
  } catch {
    return [];
  }
}

function otherLake(there: string, here: string, { description }: LakeFront): ToolError {
  const stations = stationsOf(description);
  const shown = stations.slice(0, 3).join(', ');
  const about = stations.length === 0 ? '' : `, of ${shown}${stations.length > 3 ? ' …' : ''}`;
  return new ToolError(
    EXIT.usage,
    `${there} holds another lake than ${here}${about}`,
    'Push to another folder. To put this lake in its place say --replace, and --delete to remove the files of the other.',
  );
}
