import { SvelteSet } from 'svelte/reactivity';
import { splitSql } from '../lake/sql-parts';
import { quoteIdentifier } from '../lake/sql-identifier';
import type { LakeClient } from '../workers/client';
import type { ResultColumn } from '../workers/protocol';
import type { CostGate } from './cost-gate';
import { type Answer, QueryRun } from './query-run.svelte';
import { SqlDrafts } from './sql-drafts.svelte';
import { SqlHistory } from './sql-history.svelte';
import { sourceOfFile, tableNameOf } from './table-file';

/** A table of the reader's own, beside the lake: an answer that was kept, or a file. */
export interface LocalTable {
  name: string;
  about: string;
  columns: Pick<ResultColumn, 'name' | 'sqlType'>[];
  rows: number;
}

/** What the SQL panel works on: tabs, what was run, the running query, and tables of the reader's own. */
export class SqlNotebook {
  readonly run: QueryRun<string>;
  readonly drafts = new SqlDrafts();
  readonly history = new SqlHistory();
  /** The SQL of the link that was put into a tab last. */
  shown: string | undefined;
  tables = $state.raw<LocalTable[]>([]);
  readonly #client: LakeClient;
  /** Names of tables that are files. */
  readonly #files = new SvelteSet<string>();

  constructor(client: LakeClient, gate: CostGate) {
    this.#client = client;
    this.run = new QueryRun(client, gate);
  }

  /**
   * Keeps an answer as a table, which later SQL can join until the page is closed.
   * @throws LakeError where the statement cannot be asked again
   */
  async pin(name: string, { sql, parameters, result }: Answer<string>): Promise<void> {
    const last = splitSql(sql).at(-1)?.sql ?? sql;
    await this.#client.query(`CREATE OR REPLACE TABLE ${quoteIdentifier(name)} AS ${last}`, { parameters });
    this.#list({ name, about: 'Pinned answer', columns: result.columns, rows: result.rowCount });
  }

  /**
   * Makes a file of the reader's own a table.
   * @throws LakeError where it cannot be read as one
   */
  async attach(file: File, signal: AbortSignal): Promise<void> {
    const name = tableNameOf(file.name);
    await this.#client.attach(name, await sourceOfFile(file, signal), signal);
    const table = quoteIdentifier(name);
    const { columns } = await this.#client.query(`SELECT * FROM ${table} LIMIT 0`, { signal });
    const counted = await this.#client.query(`SELECT count(*) FROM ${table}`, { signal });
    this.#files.add(name);
    this.#list({ name, about: file.name, columns, rows: Number(counted.columns[0]?.values[0] ?? 0) });
  }

  /** Forgets a table. */
  async drop(name: string): Promise<void> {
    if (this.#files.delete(name)) await this.#client.detach(name);
    else await this.#client.query(`DROP TABLE IF EXISTS ${quoteIdentifier(name)}`);
    this.tables = this.tables.filter((table) => table.name !== name);
  }

  #list({ name, about, columns, rows }: LocalTable): void {
    const table = {
      name,
      about,
      columns: columns.map((column) => ({ name: column.name, sqlType: column.sqlType })),
      rows,
    };
    this.tables = [...this.tables.filter((other) => other.name !== name), table];
  }
}
