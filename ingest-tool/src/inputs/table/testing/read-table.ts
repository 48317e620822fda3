import { MessageBatch } from '../../message-batch';
import { TableColumns } from '../table-columns';
import { tableParser } from '../table-parser';
import { tableSettings } from '../table-settings';

/** A cell; times as ISO 8601. */
export type Value = number | string | null;

/** What was found in a table. */
interface Read {
  rows: Record<string, Value>[];
  rejects: { reason: string; detail: string; text: string }[];
  notes: string[];
}

/**
 * Reads a whole table, in pieces of the given size.
 * @param columns name → `instant`, `string` or `double`
 */
export function readTable(
  content: Uint8Array | string,
  columns: Record<string, 'instant' | 'string' | 'double'>,
  settings: object = {},
  path = 'table.txt',
  piece = 1 << 20,
): Read {
  const bytes = new Uint8Array(Buffer.from(content));
  const target = new TableColumns(new Map(Object.entries(columns)), []);
  const { parser, notes } = tableParser(bytes.subarray(0, 1 << 18), bytes.length <= 1 << 18, path, {
    settings: tableSettings.parse(settings),
    columns: target,
  });
  const result: Read = { rows: [], rejects: [], notes };
  const batch = new MessageBatch();
  for (let at = 0, end = 0; end < bytes.length;) {
    end = Math.min(bytes.length, end + piece);
    for (let more = true; more; more = batch.full) {
      batch.clear();
      at = parser.parse(bytes, at, end, 0, end === bytes.length, batch);
      for (let row = 0; row < batch.count; row++) {
        const values = [...target.columns].map(([name, column]): [string, Value] => {
          if (column.present[row] !== 1) return [name, null];
          if (column.isText) return [name, column.dictionary.textOf(column.ids[row] ?? 0)];
          const number = column.numbers[row] ?? 0;
          return [name, column.scalar === 'instant' ? new Date(number / 1000).toISOString() : number];
        });
        result.rows.push(Object.fromEntries(values));
      }
      for (const { reason, detail, payload } of batch.rejects)
        result.rejects.push({ reason, detail, text: Buffer.from(payload).toString() });
    }
  }
  return result;
}
