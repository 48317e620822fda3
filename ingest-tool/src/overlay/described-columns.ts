import type { ColumnDescription } from '@tidelake/lake-format';
import { readLakeState, writeDescription } from '../manifest/manifest-store';
import type { LakeStorage } from '../storage/lake-storage';

const NO_SIGNAL = new AbortController().signal;

/** Adds columns to a lake's `lake.json` that it does not have; a lake that says nothing of itself stays so. */
export async function describeColumns(storage: LakeStorage, columns: readonly ColumnDescription[]): Promise<void> {
  if (columns.length === 0) return;
  const { description } = await readLakeState(storage, NO_SIGNAL);
  if (description === undefined) return;
  const added = columns.filter(({ name }) => !description.columns.some((column) => column.name === name));
  if (added.length === 0) return;
  await writeDescription(storage, { ...description, columns: [...description.columns, ...added] }, NO_SIGNAL);
}
