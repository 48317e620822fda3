import { readDelimitedTable } from './delimited-table';
import { readNdbcTable } from './ndbc-table';
import { readNrgTable } from './nrg-table';
import { readSeabirdTable } from './seabird-table';
import { readTableHead, type TableHead } from './table-head';
import type { TableFormat, TableSettings } from './table-settings';
import type { TextTable } from './text-table';
import { readToa5Table } from './toa5-table';

type TableReader = (head: TableHead, settings: TableSettings) => TextTable | undefined;

/** In the order they are tried; what any file of cells can be comes last. */
const READERS: Record<Exclude<TableFormat, 'tob'>, TableReader> = {
  toa5: readToa5Table,
  nrg: readNrgTable,
  ndbc: readNdbcTable,
  cnv: readSeabirdTable,
  csv: readDelimitedTable,
};

/**
 * Tells from its beginning how a file's table is to be read; undefined where it is none.
 * @param head the first bytes, after decompression
 * @param isWhole whether that is all of it
 * @throws ToolError where it is one and more has to be declared
 */
export function openTable(
  head: Uint8Array,
  isWhole: boolean,
  path: string,
  settings: TableSettings,
): TextTable | undefined {
  if (settings.format === 'tob') return undefined;
  const text = readTableHead(path, head, isWhole, settings.encoding);
  if (text === undefined) return undefined;
  if (settings.format !== undefined) return READERS[settings.format](text, settings);
  for (const read of Object.values(READERS)) {
    const table = read(text, settings);
    if (table !== undefined) return table;
  }
  return undefined;
}
