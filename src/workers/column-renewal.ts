import { sameName, schemaOfForeignLake } from '../lake/lake-schema';
import type { DescribedLake } from './describe-lake';
import { describeColumns, readFileColumns } from './foreign-lake';
import type { FooterReading } from './foreign-lake';
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
  if (!lake.found || noted.length === 0) return undefined;
  const files = await readFileColumns(
    lake.store,
    reading,
    noted.map(({ file }) => file),
    signal,
  );
  const names = noted.flatMap(({ columns }) => columns);
  const readable = [...files.flatMap(({ columns }) => columns.map(({ name }) => name)), ...differences.known];
  const passedOver = names.filter((name) => !readable.some((other) => sameName(other, name)));
  const found = lake.found.with(files, passedOver);
  if (passedOver.length === 0 && JSON.stringify(found.columns) === JSON.stringify(lake.found.columns)) return undefined;
  const schema = schemaOfForeignLake(found.columns, lake.schema.partitionKeys);
  const summary = { ...lake.summary, columns: describeColumns(schema) };
  return { ...lake, found, sourceOf: (column) => found.sourceOf(column), schema, summary };
}
