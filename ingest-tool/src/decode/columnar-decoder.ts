import { isUtf8 } from 'node:buffer';
import type protobuf from 'protobufjs';
import type { MessageBatch } from '../inputs/message-batch';
import { planDecoding, WIRE, type FieldPlan, type MessagePlan } from './decode-plan';
import type { DecodedColumn } from './decoded-column';

const TWO_32 = 2 ** 32;
const MAX_DEPTH = 100;

/**
 * Decodes protobuf messages straight into columns: the wire format is walked once, and no object is made for a message.
 * Follows https://protobuf.dev/programming-guides/encoding: the last occurrence of a field wins, unknown fields are
 * counted and stepped over. A field of another wire type than its schema says makes the message undecodable, because
 * here that means a wrong schema or damage.
 */
export class ColumnarDecoder {
  /** By dotted path; filled by {@link ColumnarDecoder.decode}. */
  readonly columns: ReadonlyMap<string, DecodedColumn>;
  readonly #plan: MessagePlan;
  readonly #columnList: DecodedColumn[];
  #view = new DataView(new ArrayBuffer(0));
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #low = 0;
  #high = 0;
  #problem = '';

  constructor(type: protobuf.Type, paths: readonly string[]) {
    const { plan, columns } = planDecoding(type, paths);
    this.#plan = plan;
    this.columns = columns;
    this.#columnList = [...columns.values()];
  }

  /** How often each field was met that the schema does not know, by its path and number such as `position.17`. */
  unknownFields(): Record<string, number> {
    const counts: Record<string, number> = {};
    const collect = (plan: MessagePlan): void => {
      for (const [number, count] of plan.unknown) counts[`${plan.path}${number}`] = count;
      for (const { child } of plan.fields.values()) if (child !== undefined) collect(child);
    };
    collect(this.#plan);
    return counts;
  }

  /**
   * Decodes all messages of a batch into {@link ColumnarDecoder.columns}, row for row.
   * @param onReject told of each row that is not a message of the schema, and why; its values mean nothing
   */
  decode(batch: MessageBatch, onReject: (row: number, detail: string) => void): void {
    for (const column of this.#columnList) column.present.fill(0, 0, batch.count);
    this.#bytes = batch.bytes;
    this.#view = new DataView(batch.bytes.buffer, batch.bytes.byteOffset, batch.bytes.byteLength);
    for (let row = 0; row < batch.count; row++) {
      const start = batch.start[row] ?? 0;
      const end = batch.end[row] ?? 0;
      if (this.#message(this.#plan, start, end, row, 0) < 0) onReject(row, this.#problem);
    }
  }

  /** Reads one message; returns `end`, or -1 with the problem noted. */
  #message(plan: MessagePlan, start: number, end: number, row: number, depth: number): number {
    if (depth > MAX_DEPTH) return this.#fail('messages are nested too deeply');
    const bytes = this.#bytes;
    let position = start;
    while (position < end) {
      let tag = bytes[position++] ?? 0;
      if (tag >= 0x80) {
        position = this.#varint(position - 1, end);
        if (position < 0) return -1;
        if (this.#high !== 0) return this.#fail('a field number that cannot be');
        tag = this.#low;
      }
      const number = tag >>> 3;
      const wireType = tag & 7;
      if (number === 0) return this.#fail('a field number that cannot be');
      const field = number < 64 ? plan.near[number] : plan.fields.get(number);
      if (field === undefined) {
        plan.unknown.set(number, (plan.unknown.get(number) ?? 0) + 1);
        position = this.#skip(wireType, number, position, end, depth);
      } else if (wireType !== field.wireType) {
        if (!(field.packable && wireType === WIRE.bytes)) {
          return this.#fail(`${field.path} has wire type ${wireType}, the schema says ${field.wireType}`);
        }
        position = this.#skip(wireType, number, position, end, depth);
      } else if (field.column !== undefined) {
        position = this.#value(field, field.column, position, end, row);
      } else if (field.child !== undefined && wireType === WIRE.bytes) {
        position = this.#nested(field.child, field.path, position, end, row, depth);
      } else {
        position = this.#skip(wireType, number, position, end, depth);
      }
      if (position < 0) return -1;
    }
    return position;
  }

  #nested(plan: MessagePlan, path: string, start: number, end: number, row: number, depth: number): number {
    const position = this.#varint(start, end);
    if (position < 0) return -1;
    if (this.#high !== 0 || position + this.#low > end) return this.#fail(`${path} is longer than the message`);
    return this.#message(plan, position, position + this.#low, row, depth + 1);
  }

  #value(field: FieldPlan, column: DecodedColumn, start: number, end: number, row: number): number {
    let position = start;
    switch (field.scalar) {
      case 'double':
        if (position + 8 > end) return this.#cut(field);
        column.numbers[row] = this.#view.getFloat64(position, true);
        position += 8;
        break;
      case 'float':
        if (position + 4 > end) return this.#cut(field);
        column.numbers[row] = this.#view.getFloat32(position, true);
        position += 4;
        break;
      case 'fixed32':
        if (position + 4 > end) return this.#cut(field);
        column.numbers[row] = this.#view.getUint32(position, true);
        position += 4;
        break;
      case 'sfixed32':
        if (position + 4 > end) return this.#cut(field);
        column.numbers[row] = this.#view.getInt32(position, true);
        position += 4;
        break;
      case 'fixed64':
      case 'sfixed64':
        if (position + 8 > end) return this.#cut(field);
        this.#low = this.#view.getUint32(position, true);
        this.#high = this.#view.getUint32(position + 4, true);
        this.#wide(column, row, field.scalar === 'sfixed64');
        position += 8;
        break;
      case 'string':
      case 'bytes':
        return this.#text(field, column, position, end, row);
      default:
        position = this.#varint(position, end);
        if (position < 0) return -1;
        this.#varintValue(field, column, row);
    }
    column.present[row] = 1;
    return position;
  }

  #varintValue(field: FieldPlan, column: DecodedColumn, row: number): void {
    const low = this.#low;
    switch (field.scalar) {
      case 'uint32':
        column.numbers[row] = low;
        break;
      case 'sint32':
        column.numbers[row] = (low >>> 1) ^ -(low & 1);
        break;
      case 'bool':
        column.numbers[row] = low !== 0 || this.#high !== 0 ? 1 : 0;
        break;
      case 'uint64':
        this.#wide(column, row, false);
        break;
      case 'int64':
        this.#wide(column, row, true);
        break;
      case 'sint64': {
        const sign = -(low & 1);
        this.#low = (((low >>> 1) | (this.#high << 31)) ^ sign) >>> 0;
        this.#high = ((this.#high >>> 1) ^ sign) >>> 0;
        this.#wide(column, row, true);
        break;
      }
      default:
        column.numbers[row] = low | 0;
    }
  }

  #wide(column: DecodedColumn, row: number, signed: boolean): void {
    column.words[2 * row] = this.#low;
    column.words[2 * row + 1] = this.#high;
    column.numbers[row] = (signed ? this.#high | 0 : this.#high) * TWO_32 + this.#low;
  }

  #text(field: FieldPlan, column: DecodedColumn, start: number, end: number, row: number): number {
    const position = this.#varint(start, end);
    if (position < 0) return -1;
    const textEnd = position + this.#low;
    if (this.#high !== 0 || textEnd > end) return this.#cut(field);
    const id = column.dictionary.intern(this.#bytes, position, textEnd);
    if (id === column.validText.length) {
      column.validText.push(field.scalar === 'bytes' || isUtf8(this.#bytes.subarray(position, textEnd)));
    }
    if (column.validText[id] === false) return this.#fail(`${field.path} is not valid UTF-8`);
    column.ids[row] = id;
    column.present[row] = 1;
    return textEnd;
  }

  /** Steps over a value; returns where it ends, or -1 with the problem noted. */
  #skip(wireType: number, number: number, start: number, end: number, depth: number): number {
    let position = start;
    switch (wireType) {
      case WIRE.varint:
        return this.#varint(position, end);
      case WIRE.fixed64:
        position += 8;
        break;
      case WIRE.fixed32:
        position += 4;
        break;
      case WIRE.bytes:
        position = this.#varint(position, end);
        if (position < 0) return -1;
        position += this.#high * TWO_32 + this.#low;
        break;
      case WIRE.startGroup:
        return this.#skipGroup(number, position, end, depth + 1);
      default:
        return this.#fail(`field ${number} has wire type ${wireType}, which does not exist`);
    }
    return position > end ? this.#fail(`field ${number} is longer than the message`) : position;
  }

  #skipGroup(number: number, start: number, end: number, depth: number): number {
    if (depth > MAX_DEPTH) return this.#fail('groups are nested too deeply');
    let position = start;
    while (position < end) {
      position = this.#varint(position, end);
      if (position < 0) return -1;
      const inner = this.#low >>> 3;
      const wireType = this.#low & 7;
      if (this.#high !== 0 || inner === 0) return this.#fail('a field number that cannot be');
      if (wireType === WIRE.endGroup)
        return inner === number ? position : this.#fail(`group ${number} ends as ${inner}`);
      position = this.#skip(wireType, inner, position, end, depth);
      if (position < 0) return -1;
    }
    return this.#fail(`group ${number} does not end`);
  }

  /** Reads a varint into `#low` and `#high`; returns where it ends, or -1 where it is cut off or longer than ten bytes. */
  #varint(start: number, end: number): number {
    const bytes = this.#bytes;
    let low = 0;
    let high = 0;
    for (let position = start, shift = 0; position < end; position++, shift += 7) {
      const byte = bytes[position] ?? 0;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high |= bits >>> 4;
      } else if (shift < 63) high |= bits << (shift - 32);
      else if (bits > 1 || byte >= 0x80) return this.#fail('a varint of more than 64 bits');
      else high |= bits << 31;
      if (byte < 0x80) {
        this.#low = low >>> 0;
        this.#high = high >>> 0;
        return position + 1;
      }
    }
    return this.#fail('the message ends inside a number');
  }

  #cut(field: FieldPlan): number {
    return this.#fail(`${field.path} is longer than the message`);
  }

  #fail(problem: string): number {
    this.#problem = problem;
    return -1;
  }
}
