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
import { headName } from './quarantine';

/** Reasons that speak of what a message says, not of how a capture is put together: a better mapping may take it. */
const MESSAGE_REASONS: ReadonlySet<string> = new Set<RejectReason>([
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
  /** Where the beginning of a table is, relative to the lake's root; undefined where the capture was none. */
  tableHead: string | undefined;
}

/**
 * Finds what a lake has set aside, by capture.
 * @throws ToolError where the quarantine cannot be read
 */
export async function findQuarantined(root: string): Promise<QuarantinedCapture[]> {
  const folder = join(root, QUARANTINE_FOLDER);
  const there: string[] = await readdir(folder).catch(() => []);
  const names = there.filter((name) => /^[0-9a-f]{16}(?:-\d{4,})?\.parquet$/.test(name));
  const captures = new Map<string, QuarantinedCapture>();
  for (const name of names.sort(byPart)) {
    const digest = name.slice(0, 16);
    const path = `${QUARANTINE_FOLDER}/${name}`;
    const known = captures.get(digest);
    const { size } = await stat(join(root, path));
    if (known === undefined) {
      const [first] = await readRejects(root, path);
      const head = headName(digest);
      const tableHead = there.includes(head) ? `${QUARANTINE_FOLDER}/${head}` : undefined;
      captures.set(digest, { path: first?.source ?? digest, size, digest, files: [path], tableHead });
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
  readonly notes: string[];
  /** Names the quarantine that these messages go back to where they still do not fit. */
  readonly sha256: string;
  /** Handed on where the capture is a table whose rows are left. */
  tableHead: Uint8Array | undefined;
  #bytesRead = 0;
  readonly #root: string;
  readonly #files: readonly string[];
  readonly #headPath: string | undefined;
  readonly #topics: StringDictionary;
  readonly #tried: ReadonlySet<string>;

  /**
   * @param topics where topics get their numbers
   * @param leftFor why none is to be tried, in words; undefined where they are
   */
  constructor(
    root: string,
    { path, digest, files, tableHead }: QuarantinedCapture,
    topics: StringDictionary,
    leftFor: string | undefined,
  ) {
    this.notes = leftFor === undefined ? [] : [leftFor];
    this.#tried = leftFor === undefined ? MESSAGE_REASONS : new Set();
    this.path = path;
    this.sha256 = digest;
    this.#root = root;
    this.#files = files;
    this.#headPath = tableHead;
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
    if (this.#headPath !== undefined) this.tableHead = await readHead(this.#root, this.#headPath);
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
    const tried = rejects.filter((reject) => canBeTried(reject, this.#tried));
    batch.rejects.push(...rejects.filter((reject) => !canBeTried(reject, this.#tried)));
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

/** Whether the whole message is there, and it was set aside for one of these reasons. */
export function canBeTried({ reason, payload }: Reject, reasons: ReadonlySet<string>): boolean {
  return reasons.has(reason) && payload.length < MAX_KEPT_BYTES;
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

/**
 * The kept beginning of a table.
 * @param path relative to the lake's root
 * @throws ToolError where it cannot be read
 */
export async function readHead(root: string, path: string): Promise<Uint8Array> {
  const file = join(root, path);
  return readFile(file).catch((error: unknown) => {
    throw explainSystemError(error, 'read', file, EXIT.input);
  });
}

/**
 * What a file of the quarantine holds.
 * @param file relative to the lake's root
 * @throws ToolError where it cannot be read
 */
export async function readRejects(root: string, file: string): Promise<StoredReject[]> {
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
  // Quarantines of before have no lines.
  const line = table.getChild('line') === null ? undefined : column('line', 'bigint');
  const payload = table.getChild('payload');
  return Array.from({ length: table.numRows }, (_, row) => {
    const time = receiveTime(row);
    const bytesOfRow: unknown = payload?.get(row);
    const lineOfRow = line?.(row) ?? null;
    return {
      // What another version of the tool wrote is handed on as it is.
      reason: String(reason?.(row) ?? '') as RejectReason,
      detail: String(detail?.(row) ?? ''),
      source: String(source?.(row) ?? ''),
      offset: Number(offset?.(row) ?? 0),
      length: Number(length?.(row) ?? 0),
      topic: textOrNull(topic?.(row)),
      receiveTime: typeof time === 'number' ? time : null,
      line: typeof lineOfRow === 'number' ? lineOfRow : undefined,
      payload: bytesOfRow instanceof Uint8Array ? bytesOfRow : new Uint8Array(0),
    };
  });
}

function textOrNull(value: string | number | null | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
