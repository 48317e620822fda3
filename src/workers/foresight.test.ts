import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, it } from 'vitest';
import { openNodeDatabase } from '../../test/support/node-duckdb';
import { startNodeSession } from '../../test/support/node-session';
import { serveEmptyFolder } from '../../test/support/served-folder';
import type { Predicate } from '../lake/predicate';

const FROM_THE_THIRD: Predicate = {
  kind: 'compare',
  column: 'day',
  comparison: '>=',
  literal: { type: 'number', value: 3 },
};

async function writeDays(root: string): Promise<void> {
  const native = await (await DuckDBInstance.create()).connect();
  for (let day = 1; day <= 6; day++) {
    const folder = path.join(root, `day=${day}`);
    await mkdir(folder);
    await native.run(`COPY (SELECT ${day} * 10 AS v) TO '${folder}/a.parquet' (FORMAT parquet)`);
  }
  native.closeSync();
}

it('fetches what is foreseen while the engine starts, once, and tells its cost with the question', async () => {
  const { root, server, remove } = await serveEmptyFolder();
  let start: (() => void) | undefined;
  const started = new Promise<void>((resolve) => (start = resolve));
  const session = startNodeSession({ openDatabase: () => started.then(openNodeDatabase) });
  const fetched = () => server.lakeRequests().filter(({ path: requested }) => requested.endsWith('.parquet')).length;
  try {
    await writeDays(root);
    await session.open(server.lakeUrl);
    server.forget();

    await session.foresee(FROM_THE_THIRD);
    const foreseen = fetched();
    // Opening the lake has read some of them already.
    expect(foreseen).toBeGreaterThan(1);
    start?.();
    const sum = 'SELECT sum(v + 0 * random())::INTEGER AS total FROM lake WHERE day >= 3';
    const { rows, receipt } = await session.query(sum);
    expect(rows).toEqual([{ total: 180 }]);
    expect(fetched()).toBe(foreseen);
    expect(receipt.requests.get).toBe(foreseen);

    await session.foresee({ ...FROM_THE_THIRD, comparison: '<' });
    expect(fetched()).toBe(foreseen);
    expect((await session.query('SELECT sum(v + 0 * random())::INTEGER AS total FROM lake')).rows).toEqual([
      { total: 210 },
    ]);
  } finally {
    await remove();
  }
});
