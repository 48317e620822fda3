import { isDataPath } from '@tidelake/lake-format';
import { sameName, schemaOfForeignLake } from '../lake/lake-schema';
import type { DescribedLake } from './describe-lake';
import { describeColumns, readFileColumns, sampleObjects } from './foreign-lake';
import type { FooterReading } from './foreign-lake';
import type { FileColumns } from './found-columns';
import type { SchemaDifferences } from './schema-differences';

/** Files whose columns are looked at in one go; others are noted again when they are read again. */
const MOST_FILES = 32;

/**
 * A lake with the columns that reading has shown in its files besides, and types that those fit into as well.
 * @returns undefined where it stays as it is
 */
export async function renewColumns(
  lake: DescribedLake,
  differences: SchemaDifferences,
  reading: FooterReading,
  signal: AbortSignal,
): Promise<DescribedLake | undefined> {
  const noted = differences.take().slice(0, MOST_FILES);
  if (noted.length === 0) return undefined;
  const files = await readFileColumns(
    lake.store,
    reading,
    noted.map(({ file }) => file),
    signal,
  );
  const names = noted.flatMap(({ columns }) => columns);
  const readable = [...files.flatMap(({ columns }) => columns.map(({ name }) => name)), ...differences.known];
  const passedOver = names.filter((name) => !readable.some((other) => sameName(other, name)));
  return withColumns(lake, files, passedOver);
}

/**
 * A lake with the columns of more of its files, for somebody who asked for a column that those looked at do not have.
 * @returns undefined where it stays as it is
 */
export async function searchColumns(
  lake: DescribedLake,
  reading: FooterReading,
  signal: AbortSignal,
): Promise<DescribedLake | undefined> {
  const { objects } = await sampleObjects(lake.store, signal);
  const files = objects.filter(({ key, size }) => isDataPath(key) && size > 0);
  const step = Math.max(1, files.length / MOST_FILES);
  const chosen = files.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step));
  return withColumns(lake, await readFileColumns(lake.store, reading, chosen, signal), []);
}

function withColumns(
  lake: DescribedLake,
  files: readonly FileColumns[],
  passedOver: readonly string[],
): DescribedLake | undefined {
  if (!lake.found) return undefined;
  const found = lake.found.with(files, passedOver);
  if (passedOver.length === 0 && JSON.stringify(found.columns) === JSON.stringify(lake.found.columns)) return undefined;
  const schema = schemaOfForeignLake(found.columns, lake.schema.partitionKeys);
  const summary = { ...lake.summary, columns: describeColumns(schema) };
  return { ...lake, found, sourceOf: (column) => found.sourceOf(column), schema, summary };
}
