import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { QUARANTINE_FOLDER } from '@tidelake/lake-format';
import { tableFromIPC } from 'apache-arrow';
import { readParquet } from 'parquet-wasm';
import { StringDictionary } from '../decode/string-dictionary';
import { BATCH_CAPACITY, MessageBatch, MAX_KEPT_BYTES, type Reject, type RejectReason } from '../inputs/message-batch';
import { allocateValues, isNullAt } from '../rows/column-values';
import { EXIT, explainSystemError, ToolError } from '../tool-error';
import { copyVector } from '../write/arrow-values';

/** Reasons that speak of what a message says, not of how a capture is put together: a better mapping may take it. */
const MAPPED_REASONS: ReadonlySet<string> = new Set<RejectReason>([
  'undecodable',
  'no_rule',
  'missing_device',
  'bad_time',
  'bad_position',
]);

/** What was set aside of one capture. */
export interface QuarantinedCapture {
  /** Name of the capture. */
  path: string;
  /** Bytes of the quarantine's files. */
  size: number;
  /** The first digits of the SHA-256 of the capture, which name the files. */
  digest: string;
  /** In order, relative to the lake's root. */
  files: string[];
}

/**
 * Finds what a lake has set aside, by capture.
 * @throws ToolError where the quarantine cannot be read
 */
export async function findQuarantined(root: string): Promise<QuarantinedCapture[]> {
  const folder = join(root, QUARANTINE_FOLDER);
  const names = (await readdir(folder).catch(() => [])).filter((name) =>
    /^[0-9a-f]{16}(?:-\d{4,})?\.parquet$/.test(name),
  );
  const captures = new Map<string, QuarantinedCapture>();
  for (const name of names.sort(byPart)) {
    const digest = name.slice(0, 16);
    const path = `${QUARANTINE_FOLDER}/${name}`;
    const known = captures.get(digest);
    const { size } = await stat(join(root, path));
    if (known === undefined) {
      const [first] = await readRejects(root, path);
      captures.set(digest, { path: first?.source ?? digest, size, digest, files: [path] });
    } else {
      known.files.push(path);
      known.size += size;
    }
  }
  return [...captures.values()];
}

/** The messages that were set aside of one capture, as its own reading would give them. */
export class QuarantinedMessages {
  readonly path: string;
  readonly notes: string[] = [];
  /** Names the quarantine that these messages go back to where they still do not fit. */
  readonly sha256: string;
  #bytesRead = 0;
  readonly #root: string;
  readonly #files: readonly string[];
  readonly #topics: StringDictionary;

  /** @param topics where topics get their numbers */
  constructor(root: string, { path, digest, files }: QuarantinedCapture, topics: StringDictionary) {
    this.path = path;
    this.sha256 = digest;
    this.#root = root;
    this.#files = files;
    this.#topics = topics;
  }

  /** Bytes of the quarantine read so far. */
  get bytesRead(): number {
    return this.#bytesRead;
  }

  /**
   * The messages. Each batch is good only until the next is asked for.
   * @throws ToolError where a file of the quarantine cannot be read
   */
  async *batches(): AsyncGenerator<MessageBatch> {
    const batch = new MessageBatch();
    for (const file of this.#files) {
      const rejects = await readRejects(this.#root, file);
      for (let start = 0; start < rejects.length; start += BATCH_CAPACITY) {
        this.#fill(batch, rejects.slice(start, start + BATCH_CAPACITY));
        yield batch;
      }
      this.#bytesRead += (await stat(join(this.#root, file))).size;
    }
  }

  #fill(batch: MessageBatch, rejects: readonly Reject[]): void {
    batch.clear();
    const tried = rejects.filter((reject) => canBeTried(reject));
    batch.rejects.push(...rejects.filter((reject) => !canBeTried(reject)));
    batch.bytes = new Uint8Array(tried.reduce((sum, { payload }) => sum + payload.length, 0));
    let at = 0;
    for (const { payload, offset, length, topic, receiveTime } of tried) {
      batch.bytes.set(payload, at);
      const topicId = topic === null ? -1 : this.#topics.internText(topic);
      batch.add(at, at + payload.length, offset, length, topicId, receiveTime ?? Number.NaN);
      at += payload.length;
    }
  }
}

/** Whether the whole message is there, and it was its content that did not fit. */
function canBeTried({ reason, payload }: Reject): boolean {
  return MAPPED_REASONS.has(reason) && payload.length < MAX_KEPT_BYTES;
}

/** Parts of one capture in the order they were written, the first one having no number. */
function byPart(one: string, other: string): number {
  const key = (name: string): string => name.replace('.parquet', '');
  return key(one) < key(other) ? -1 : 1;
}

/** A message in quarantine, with the name of its capture. */
interface StoredReject extends Reject {
  source: string;
}

async function readRejects(root: string, file: string): Promise<StoredReject[]> {
  const path = join(root, file);
  const bytes = await readFile(path).catch((error: unknown) => {
    throw explainSystemError(error, 'read', path, EXIT.input);
  });
  try {
    return rejectsOf(bytes);
  } catch (error) {
    throw new ToolError(
      EXIT.input,
      `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      'Ingest its capture again, which writes it anew, or move it away.',
      { cause: error },
    );
  }
}

function rejectsOf(bytes: Uint8Array): StoredReject[] {
  const table = tableFromIPC(readParquet(bytes).intoIPCStream());
  const column = (name: string, type: 'text' | 'bigint' | 'timestamp'): ((row: number) => string | number | null) => {
    const vector = table.getChild(name);
    if (vector === null) throw new Error(`it has no column ${name}`);
    const dictionary = type === 'text' ? new StringDictionary() : undefined;
    const values = allocateValues(type, table.numRows);
    copyVector(vector, dictionary, values, () => undefined);
    return (row) => {
      if (isNullAt(values, row)) return null;
      const value = Number(values[row] ?? 0);
      return dictionary === undefined ? value : dictionary.textOf(value);
    };
  };
  const [reason, detail, source, topic] = ['reason', 'detail', 'source', 'topic'].map((name) => column(name, 'text'));
  const [offset, length] = ['offset', 'length'].map((name) => column(name, 'bigint'));
  const receiveTime = column('receive_time', 'timestamp');
  const payload = table.getChild('payload');
  return Array.from({ length: table.numRows }, (_, row) => {
    const time = receiveTime(row);
    const bytesOfRow: unknown = payload?.get(row);
    return {
      // What another version of the tool wrote is handed on as it is.
      reason: String(reason?.(row) ?? '') as RejectReason,
      detail: String(detail?.(row) ?? ''),
      source: String(source?.(row) ?? ''),
      offset: Number(offset?.(row) ?? 0),
      length: Number(length?.(row) ?? 0),
      topic: textOrNull(topic?.(row)),
      receiveTime: typeof time === 'number' ? time : null,
      payload: bytesOfRow instanceof Uint8Array ? bytesOfRow : new Uint8Array(0),
    };
  });
}

function textOrNull(value: string | number | null | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
