import type { StringDictionary } from '../decode/string-dictionary';
import { keptCopy, type MessageBatch, type Reject, type RejectReason } from '../inputs/message-batch';

/** Why a message is ignored of whose fields the mapping takes none. */
export const NO_COLUMN = 'no field that a column is made from';

/** A message of a batch as something to be set aside. */
export function rejectOf(
  batch: MessageBatch,
  row: number,
  topics: StringDictionary,
  reason: RejectReason,
  detail: string,
): Reject {
  const topic = batch.topic[row] ?? -1;
  const received = batch.receiveTime[row] ?? Number.NaN;
  const line = batch.line[row] ?? 0;
  return {
    reason,
    detail: line > 0 ? `line ${line}: ${detail}` : detail,
    offset: batch.offset[row] ?? 0,
    length: batch.length[row] ?? 0,
    topic: topic < 0 ? null : topics.textOf(topic),
    receiveTime: Number.isNaN(received) ? null : received,
    line: line > 0 ? line : undefined,
    payload: keptCopy(batch.bytes, batch.start[row] ?? 0, batch.end[row] ?? 0),
  };
}
