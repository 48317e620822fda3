import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MessageBatch, type Reject, type RejectReason } from '../inputs/message-batch';
import { TABLE_HEAD_BYTES } from '../inputs/table/table-head';
import { tableParser, type TableReading } from '../inputs/table/table-parser';
import type { TextTableParser } from '../inputs/table/text-table-parser';
import { TobParser } from '../inputs/table/tob-parser';
import { canBeTried, readHead, readRejects, type QuarantinedCapture } from './quarantined-messages';

/** Reasons that speak of what a row says and of how it was read: a better mapping may take it. */
const ROW_REASONS: ReadonlySet<string> = new Set<RejectReason>([
  'bad_line',
  'bad_value',
  'missing_device',
  'bad_time',
  'bad_position',
]);

const NEWLINE = 0x0a;

/** The rows that were set aside of one table, read again by what was kept of its beginning. */
export class QuarantinedRows {
  readonly path: string;
  notes: readonly string[] = [];
  /** Names the quarantine that these rows go back to where they still do not fit. */
  readonly sha256: string;
  tableHead: Uint8Array | undefined;
  #bytesRead = 0;
  readonly #root: string;
  readonly #files: readonly string[];
  readonly #headPath: string;
  readonly #tables: TableReading;

  /** @param headPath relative to the lake's root */
  constructor(root: string, { path, digest, files }: QuarantinedCapture, headPath: string, tables: TableReading) {
    this.path = path;
    this.sha256 = digest;
    this.#root = root;
    this.#files = files;
    this.#headPath = headPath;
    this.#tables = tables;
  }

  /** Bytes of the quarantine read so far. */
  get bytesRead(): number {
    return this.#bytesRead;
  }

  /**
   * The rows, each in a batch of its own, since they do not follow each other. A batch is good only until the next is asked for.
   * @throws ToolError where a file of the quarantine cannot be read, or the table not be read by this mapping
   */
  async *batches(): AsyncGenerator<MessageBatch> {
    const head = await readHead(this.#root, this.#headPath);
    this.tableHead = head;
    const { parser, notes } = tableParser(head, head.length < TABLE_HEAD_BYTES, this.path, this.#tables);
    this.notes = notes;
    const batch = new MessageBatch();
    batch.isTable = true;
    for (const file of this.#files) {
      for (const reject of await readRejects(this.#root, file)) {
        batch.clear();
        if (!canBeTried(reject, ROW_REASONS) || !readAgain(parser, reject, batch)) batch.rejects.push(reject);
        yield batch;
      }
      this.#bytesRead += (await stat(join(this.#root, file))).size;
    }
  }
}

/** Reads one row where it stood in its table; false where it cannot be found in what was kept of it. */
function readAgain(
  parser: TextTableParser | TobParser,
  { payload, offset, length, line }: Reject,
  batch: MessageBatch,
): boolean {
  if (parser instanceof TobParser) return parser.readAgain(Uint8Array.from(payload), offset, batch);
  const bytes = new Uint8Array(payload.length + 1);
  bytes.set(payload);
  bytes[payload.length] = NEWLINE;
  parser.seekLine(line ?? 1);
  parser.parse(bytes, 0, bytes.length, offset, true, batch);
  // The line break may have been another one, or none.
  if (batch.count + batch.rejects.length !== 1) return true;
  batch.length[0] = length;
  for (const reject of batch.rejects) reject.length = length;
  return true;
}
