import type { Scalar } from '../../decode/decoded-column';
import { BESIDE_FIELDS, type RecordField, type RecordSchema } from '../../decode/record-schema';
import type { Mapping } from '../../map/mapping';
import { TableColumns } from './table-columns';
import type { TableReading } from './table-parser';
import type { TableSettings } from './table-settings';

const KIND_OF_TYPE: Record<string, Scalar> = { timestamp: 'instant', text: 'string', boolean: 'bool' };
const KIND_OF_ROLE: Record<string, Scalar> = { time: 'instant', device: 'string' };

/**
 * Tables as records: their columns are what the mapping asks for, since each file has a header of its own. What is asked for as a
 * time is read as one, a device and texts as text, everything else as a number.
 */
export class TableRecords implements RecordSchema, TableReading {
  readonly name = 'the table';
  readonly settings: TableSettings;
  readonly isBesideMessages: boolean;
  readonly #kinds = new Map<string, Scalar>();
  readonly #required: string[];
  #columns: TableColumns | undefined;

  /** @param isBesideMessages see {@link TableReading.isBesideMessages} */
  constructor({ columns }: Pick<Mapping, 'columns'>, settings: TableSettings, isBesideMessages = false) {
    this.settings = settings;
    this.isBesideMessages = isBesideMessages;
    for (const { from, role, type } of columns)
      if (!this.#kinds.has(from)) this.#kinds.set(from, KIND_OF_ROLE[role] ?? KIND_OF_TYPE[type ?? ''] ?? 'double');
    this.#required = columns.filter(({ role }) => role === 'time' || role === 'device').map(({ from }) => from);
  }

  /** Where the cells go: the columns of the newest decoder. */
  get columns(): TableColumns {
    return this.#columns ?? this.decoder([]);
  }

  fieldAt(path: string): RecordField | undefined {
    if (BESIDE_FIELDS.test(path)) return undefined;
    return { scalar: this.#kindOf(path), tracksPresence: true };
  }

  paths(): string[] {
    return [...this.#kinds.keys()];
  }

  decoder(paths: readonly string[]): TableColumns {
    const kinds = new Map(paths.map((path) => [path, this.#kindOf(path)]));
    return (this.#columns = new TableColumns(kinds, this.#required));
  }

  #kindOf(path: string): Scalar {
    return this.#kinds.get(path) ?? 'string';
  }
}
