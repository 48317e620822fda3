import { DecodedColumn, type Scalar } from '../../decode/decoded-column';
import type { RecordDecoder } from '../../decode/record-schema';
import { EXIT, ToolError } from '../../tool-error';

/** What a table's header says of itself. */
export interface TableHeader {
  /** What the format is called, for people. */
  format: string;
  /** Names of the cells of a row, and of what is computed of them. */
  names: readonly string[];
  /** Further facts about the whole table, such as `header.station`; they are columns of one value. */
  facts: ReadonlyMap<string, string>;
}

/** A column that is wanted of a table, and where it is found in it. */
export interface BoundColumn {
  name: string;
  column: DecodedColumn;
  /** Index into the header's names; -1 where it is a fact. */
  cell: number;
  /** The one value of a column that is a fact. */
  fact: string | undefined;
}

/**
 * The columns that a mapping wants of tables, one after another. A table's parser fills them while it reads; rows stand where their
 * messages stand in the batch.
 */
export class TableColumns implements RecordDecoder {
  readonly columns: ReadonlyMap<string, DecodedColumn>;
  readonly #required: readonly string[];

  /** @param required columns without which no row is anything */
  constructor(kinds: ReadonlyMap<string, Scalar>, required: readonly string[]) {
    this.columns = new Map([...kinds].map(([name, kind]) => [name, new DecodedColumn(kind, true)]));
    this.#required = required;
  }

  /**
   * Finds the wanted columns in a table; those that it lacks are empty.
   * @param path of the table, for errors
   * @throws ToolError where one that is required is missing
   */
  bind(
    { names, facts }: Pick<TableHeader, 'names' | 'facts'>,
    path: string,
  ): { bound: BoundColumn[]; missing: string[] } {
    const bound: BoundColumn[] = [];
    const missing: string[] = [];
    for (const [name, column] of this.columns) {
      column.present.fill(0);
      const cell = names.indexOf(name);
      const fact = facts.get(name);
      if (cell < 0 && fact === undefined) missing.push(name);
      else bound.push({ name, column, cell, fact: cell < 0 ? fact : undefined });
    }
    const lacking = this.#required.find((name) => missing.includes(name));
    if (lacking === undefined) return { bound, missing };
    throw new ToolError(
      EXIT.input,
      `${path} has no column ${lacking}`,
      `It has ${some([...names, ...facts.keys()])}. Name one of these in the mapping's from, or for tables alone under table: { columns: … }.`,
    );
  }

  /** Nothing is left to be done: the table's parser has filled the columns. */
  decode(): void {
    return;
  }

  unknownFields(): Record<string, number> {
    return {};
  }
}

function some(names: readonly string[]): string {
  const shown = names.slice(0, 60).map((name) => (name === '' ? '(no name)' : name));
  return `${shown.join(', ')}${names.length > shown.length ? ` and ${names.length - shown.length} more` : ''}`;
}
