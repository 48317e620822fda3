import type { CaptureParser } from '../capture-parser';
import { MessageBatch } from '../message-batch';
import type { Random } from './mutation';

/** Steps without progress after which a parser counts as hanging. */
const IDLE_STEPS = 3;

const batch = new MessageBatch();

/**
 * Feeds bytes to a parser in pieces, as a stream would, and holds it to what every parser promises: it comes to an end, stays within
 * the bytes, and keeps no more of them than there are.
 * @param onBatch told of each batch while it is good
 * @throws Error where a promise is broken
 */
export function runParser(
  parser: CaptureParser,
  bytes: Uint8Array<ArrayBuffer>,
  random: Random,
  onBatch: (batch: MessageBatch) => void,
): void {
  const piece = random(3) === 0 ? 1 + random(40) : bytes.length;
  let start = 0;
  let end = 0;
  let kept = 0;
  let idle = 0;
  do {
    end = Math.min(bytes.length, end + Math.max(1, piece));
    for (let more = true; more;) {
      batch.clear();
      const stopped = parser.parse(bytes, start, end, 0, end === bytes.length, batch);
      if (stopped < start || stopped > end) throw new Error(`it stopped at ${stopped}, outside ${start} … ${end}`);
      idle = stopped === start && batch.count === 0 && batch.full ? idle + 1 : 0;
      if (idle > IDLE_STEPS) throw new Error('it makes no progress');
      more = batch.full;
      start = stopped;
      for (let row = 0; row < batch.count; row++) {
        const from = batch.start[row] ?? 0;
        const to = batch.end[row] ?? 0;
        if (from > to || to > batch.bytes.length)
          throw new Error(`a payload stands at ${from} … ${to} of ${batch.bytes.length}`);
      }
      for (const { offset, length, payload, detail } of batch.rejects) {
        if (offset < 0 || length < 0 || offset > bytes.length)
          throw new Error(`a reject stands at ${offset}, ${length} bytes`);
        if (detail === '') throw new Error('a reject says nothing');
        kept += payload.length;
      }
      onBatch(batch);
    }
  } while (end < bytes.length);
  if (start !== bytes.length) throw new Error(`${bytes.length - start} bytes are left over`);
  if (kept > bytes.length) throw new Error(`rejects hold ${kept} bytes of ${bytes.length}`);
}
