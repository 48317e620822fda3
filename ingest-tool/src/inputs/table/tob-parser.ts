import type { CaptureParser } from '../capture-parser';
import { keptCopy, rejectAt, type MessageBatch, type RejectReason } from '../message-batch';
import { loggerMicros } from './binary-fields';
import type { BoundColumn } from './table-columns';
import type { FrameLayout, TobTable } from './tob-table';

const FRAME_HEADER_BYTES = 12;
const FRAME_FOOTER_BYTES = 4;

/** Bits of a footer: bytes of a minor frame with its header and footer, whether nothing is in it, and whether it is a minor one. */
const SIZE_BITS = 0x7ff;
const EMPTY_BIT = 1 << 13;
const MINOR_BIT = 1 << 14;

/** A row of a frame. */
interface FrameRow {
  at: number;
  time: number;
  /** Undefined where rows say it themselves, if at all. */
  record: number | undefined;
}

/** Reads the rows of a TOB1 or TOB3 table into columns. Frames of TOB3 that were never written are passed over. */
export class TobParser implements CaptureParser {
  readonly #table: TobTable;
  readonly #bound: readonly BoundColumn[];
  /** Where each field stands in a row. */
  readonly #places: number[];
  #view = new DataView(new ArrayBuffer(0));
  /** A row of the frame being read, -1 between frames: a batch may be full in the middle of one. */
  #nextRow = 0;

  constructor(table: TobTable, bound: readonly BoundColumn[]) {
    this.#table = table;
    this.#bound = bound;
    let place = 0;
    this.#places = table.fields.map(({ size }) => (place += size) - size);
  }

  parse(
    bytes: Uint8Array<ArrayBuffer>,
    start: number,
    end: number,
    base: number,
    last: boolean,
    batch: MessageBatch,
  ): number {
    const { frames, rowBytes, start: first } = this.#table;
    batch.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const size = frames?.size ?? rowBytes;
    let position = Math.min(end, Math.max(start, first - base));
    while (position + size <= end && !batch.full) {
      if (frames === undefined) this.#row(batch, this.#plainRow(position), base, position, size);
      else if (!this.#frame(batch, position, base)) break;
      position += size;
    }
    if (!last || position + size <= end || position === end) return position;
    reject(batch, 'truncated', `the file ends inside a ${frames === undefined ? 'row' : 'frame'}`, position, end, base);
    return end;
  }

  /**
   * Reads a row that was set aside again: out of its frame, where the format has frames, since the row's time is that of the frame.
   * @param bytes the row or its frame
   * @param offset of the row in its file
   * @returns false where it is not there
   */
  readAgain(bytes: Uint8Array<ArrayBuffer>, offset: number, batch: MessageBatch): boolean {
    const { frames, rowBytes, start } = this.#table;
    const size = frames?.size ?? rowBytes;
    if (bytes.length !== size) return false;
    batch.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const place = frames === undefined ? 0 : (offset - start) % size;
    const row = frames === undefined ? this.#plainRow(0) : this.#rowsOf(0).rows.find(({ at }) => at === place);
    if (row !== undefined) this.#row(batch, row, offset - place, 0, size);
    return row !== undefined;
  }

  /** Reads one frame; false where the batch was full before its end. */
  #frame(batch: MessageBatch, at: number, base: number): boolean {
    const { rows, problem } = this.#rowsOf(at);
    for (; this.#nextRow < rows.length; this.#nextRow++) {
      if (batch.full) return false;
      const row = rows[this.#nextRow];
      if (row !== undefined) this.#row(batch, row, base, at, this.#table.frames?.size ?? 0);
    }
    this.#nextRow = 0;
    if (problem !== undefined) reject(batch, 'bad_framing', problem, at, at + (this.#table.frames?.size ?? 0), base);
    return true;
  }

  /** The rows of a frame. */
  #rowsOf(at: number): { rows: FrameRow[]; problem: string | undefined } {
    const { frames } = this.#table;
    const none = (problem?: string): { rows: FrameRow[]; problem: string | undefined } => ({ rows: [], problem });
    if (frames === undefined) return none();
    const end = at + frames.size;
    const footer = this.#view.getUint32(end - FRAME_FOOTER_BYTES, true);
    const stamp = footer >>> 16;
    if (stamp !== frames.stamp && stamp !== (frames.stamp ^ 0xffff))
      return none(this.#isBlank(at, frames.size) ? undefined : `the frame's stamp is ${stamp}, not ${frames.stamp}`);
    if ((footer & MINOR_BIT) === 0) {
      if ((footer & SIZE_BITS) !== 0) return none('the frame is whole and in parts at once');
      return { rows: (footer & EMPTY_BIT) === 0 ? this.#rowsBetween(at, end, frames) : [], problem: undefined };
    }
    const rows = this.#minorRows(at, end, frames);
    return rows === undefined
      ? none('the frame was written in parts, and these do not fit together')
      : { rows, problem: undefined };
  }

  /**
   * The rows of a frame that was written in parts, as at a stop of the logger, a lapse of its program or a change of its clock: minor
   * frames fill it, each with a header and a footer of its own, which tells its size; so they are found from the last one back.
   * @returns undefined where they do not fill it, or their rows are not numbered one after the other
   */
  #minorRows(at: number, end: number, frames: FrameLayout): FrameRow[] | undefined {
    const parts: FrameRow[][] = [];
    for (let partEnd = end; partEnd > at;) {
      const footer = this.#view.getUint32(partEnd - FRAME_FOOTER_BYTES, true);
      const size = footer & SIZE_BITS;
      const isEmpty = (footer & EMPTY_BIT) !== 0;
      const start = partEnd - size;
      const least = isEmpty ? FRAME_FOOTER_BYTES : FRAME_HEADER_BYTES + FRAME_FOOTER_BYTES;
      if (size < least || start < at || (start > at && start - at < FRAME_FOOTER_BYTES)) return undefined;
      if (!isEmpty) parts.unshift(this.#rowsBetween(start, partEnd, frames));
      partEnd = start;
    }
    const rows = parts.flat();
    return rows.every(({ record }, row) => row === 0 || record === (rows[row - 1]?.record ?? 0) + 1) ? rows : undefined;
  }

  /** The rows of a frame, or of a part of one, with its header and footer. */
  #rowsBetween(start: number, end: number, { resolution, interval }: FrameLayout): FrameRow[] {
    const { rowBytes, zone } = this.#table;
    const seconds = this.#view.getUint32(start, true);
    const fraction = this.#view.getUint32(start + 4, true) * resolution;
    const record = this.#view.getUint32(start + 8, true);
    const count = Math.floor((end - start - FRAME_HEADER_BYTES - FRAME_FOOTER_BYTES) / rowBytes);
    return Array.from({ length: count }, (_, row) => ({
      at: start + FRAME_HEADER_BYTES + row * rowBytes,
      time: zone(loggerMicros(seconds, fraction + row * interval)),
      record: record + row,
    }));
  }

  /** A row of TOB1. */
  #plainRow(at: number): FrameRow {
    return { at, time: this.#timeOfRow(at), record: undefined };
  }

  /** The time that a row of TOB1 states; NaN where it has none. */
  #timeOfRow(at: number): number {
    const { names, zone } = this.#table;
    const seconds = names.indexOf('SECONDS');
    const nanoseconds = names.indexOf('NANOSECONDS');
    if (seconds < 0) return Number.NaN;
    const part = nanoseconds < 0 ? 0 : this.#number(nanoseconds, at) / 1000;
    return zone(loggerMicros(this.#number(seconds, at), part));
  }

  #number(field: number, row: number): number {
    return this.#table.fields[field]?.number(this.#view, row + (this.#places[field] ?? 0)) ?? Number.NaN;
  }

  /** @param kept where what is to be kept of the row begins, should it be set aside, and its bytes */
  #row(batch: MessageBatch, { at, time, record }: FrameRow, base: number, kept: number, keptBytes: number): void {
    const { fields, zone, rowBytes } = this.#table;
    const row = batch.count;
    for (const { column, cell, fact } of this.#bound) {
      column.present[row] = 0;
      const field = fields[cell];
      const place = at + (this.#places[cell] ?? 0);
      if (column.isText) {
        const text = fact ?? field?.text(this.#view, place) ?? String(record ?? '');
        if (text === '') continue;
        column.ids[row] = column.dictionary.internText(text);
        column.present[row] = 1;
        continue;
      }
      let value = fact === undefined ? (cell === fields.length ? time : (record ?? Number.NaN)) : Number(fact);
      if (field !== undefined) {
        value = field.number(this.#view, place);
        if (field.kind === 'time') value = zone(value);
      }
      if (Number.isNaN(value)) continue;
      column.numbers[row] = value;
      column.present[row] = 1;
    }
    batch.add(kept, kept + keptBytes, base + at, rowBytes);
  }

  /** Whether a frame has one byte all over: the logger makes room for a table before it writes it. */
  #isBlank(at: number, size: number): boolean {
    const first = this.#view.getUint8(at);
    for (let index = 1; index < size; index++) if (this.#view.getUint8(at + index) !== first) return false;
    return true;
  }
}

function reject(
  batch: MessageBatch,
  reason: RejectReason,
  detail: string,
  start: number,
  end: number,
  base: number,
): void {
  batch.rejects.push(rejectAt(reason, detail, base + start, end - start, keptCopy(batch.bytes, start, end)));
}
