import type { MessageBatch } from '../inputs/message-batch';

/** Writes the numbers of a batch's rows, NaN for null; returns how many values were there and are no finite number. */
export type NumberSource = (batch: MessageBatch, rows: Uint32Array, rowCount: number, into: Float64Array) => number;
