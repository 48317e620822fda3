import { LakeError } from '../lake/lake-error';
import type { NativeQuery } from '../lake/native-code';
import { ANYTHING } from '../lake/predicate';
import type { ScanOptions } from './open-lake';
import { listFilesOf, planStatement } from './scan';
import type { Statement } from './statement';
import type { Workspace } from './workspace';

/**
 * What it takes to ask a script elsewhere: its statements and, of each lake that they name, the files that they need. It
 * plans and lists, and fetches nothing else.
 * @throws LakeError
 */
export async function nativeQuery(
  workspace: Workspace,
  statements: readonly Statement[],
  options: ScanOptions,
): Promise<NativeQuery> {
  const files = new Map<string, Set<string>>();
  for (const statement of statements) {
    const scans = await workspace
      .lock(options.signal, () => planStatement(workspace, statement))
      .catch((error: unknown) => wholeLakes(workspace, statement, error));
    for (const scan of scans) {
      const lake = workspace.lakes.get(scan.table);
      if (!lake) continue;
      const keys = files.get(scan.table) ?? new Set();
      files.set(scan.table, keys);
      for (const file of (await listFilesOf(lake, scan, options)).files) keys.add(file.key);
    }
  }
  const named = [...workspace.lakes.values()].filter(
    ({ table }) => files.has(table) || statements.some((statement) => isNamed(statement, table)),
  );
  return {
    statements: statements.map(({ sql }) => sql),
    tables: named.map(({ table, schema, store, selection }) => ({
      name: table,
      schema,
      filename: selection?.filename?.column ?? null,
      root: store.url,
      files: [...(files.get(table) ?? [])].sort(),
    })),
  };
}

/** A statement that needs a table made by an earlier one cannot be planned by itself. */
function wholeLakes({ lakes }: Workspace, statement: Statement, error: unknown) {
  if (!(error instanceof LakeError) || error.code !== 'bad-sql') throw error;
  return [...lakes.values()]
    .filter(({ table }) => isNamed(statement, table))
    .map(({ table }) => ({ table, columns: [], where: ANYTHING, countOnly: false }));
}

/** Rather once too often, in a text or a comment, than a table too few. */
function isNamed({ sql }: Statement, table: string): boolean {
  return sql.toLowerCase().includes(table.toLowerCase());
}
