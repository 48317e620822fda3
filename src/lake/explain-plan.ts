import { parseFilter } from './filter-text';
import { tableColumns, type LakeColumn, type LakeSchema } from './lake-schema';
import { planColumns, planTableName } from './plan-table';
import { and, ANYTHING, or, type Predicate } from './predicate';

/** What a query needs of one lake. */
export interface TableScan {
  table: string;
  /** Columns whose values are needed, those that rows are only filtered by included, in the order of the table. */
  columns: string[];
  /** Rows that do not fulfil this are not needed. */
  where: Predicate;
  /** True where no value is needed, only how many rows there are. */
  countOnly: boolean;
}

/** The three explanations of one query: the JSON text of `physical_plan` for each pass of plan-table.ts. */
export interface Explained {
  filters: string;
  columns: string;
  rows: string;
}

interface PlanNode {
  name: string;
  children: PlanNode[];
  info: Map<string, string[]>;
}

/**
 * What a query needs of each lake, from its plans over empty tables. Several scans of one lake (self join, union) are
 * taken together. A lake that is not scanned is not in the answer. Whatever is not as expected makes it wider: all
 * columns, every row.
 * @param tables the lakes by the names they bear in the query
 */
export function planScans(explained: Explained, tables: Map<string, LakeSchema>): TableScan[] {
  const byFilters = readPlan(explained.filters);
  const byColumns = readPlan(explained.columns);
  const byRows = readPlan(explained.rows);
  return [...tables].flatMap(([table, schema]) => {
    const everything = tableColumns(schema).map((column) => column.name);
    const whole = { table, columns: everything, where: ANYTHING, countOnly: false };
    // A scan of the lake's own table instead of its plan (`memory.main.lake`) tells nothing.
    if (byFilters === undefined || isScanned(byFilters, table)) return [whole];
    const base = planTableName(table);
    const names = planColumns(schema);
    const filters = conditionOf(byFilters, base, names, false);
    // No scan, because the conditions contradict each other, or because the name means something else in the query.
    if (filters === undefined) return [];
    const rows = byRows === undefined ? undefined : conditionOf(byRows, base, names, true);
    const needed = byColumns === undefined ? undefined : columnsNeeded(byColumns, base, names);
    const columns = needed === undefined ? everything : everything.filter((name) => needed.has(name));
    return [{ table, columns, where: and(filters, rows ?? ANYTHING), countOnly: columns.length === 0 }];
  });
}

/**
 * The union of the conditions on all scans of a table; undefined where there is none. A FILTER counts only directly
 * above a scan, and only over the table of rows: elsewhere its names are those of the query, not of the table.
 */
function conditionOf(
  root: PlanNode,
  table: string,
  columns: Map<string, LakeColumn>,
  withFilters: boolean,
): Predicate | undefined {
  const conditions = scansOf(root, table).map(({ scan, parent }) => {
    const onScan = entriesOf(scan, 'Filters').map((entry) => parseFilter(entry, columns));
    const above = withFilters && parent?.name === 'FILTER' ? entriesOf(parent, 'Expression') : [];
    return and(...onScan, ...above.map((entry) => parseFilter(entry, columns)));
  });
  return conditions.length === 0 ? undefined : or(...conditions);
}

/** The columns that any scan of a table projects; undefined where that is not clear. */
function columnsNeeded(root: PlanNode, table: string, columns: Map<string, LakeColumn>): Set<string> | undefined {
  const scans = scansOf(root, table);
  if (scans.length === 0) return undefined;
  const needed = new Set<string>();
  for (const name of scans.flatMap(({ scan }) => scan.info.get('Projections') ?? [])) {
    // A field of a struct is printed as `column.field`.
    const column = columns.get(name.split('.')[0] ?? '');
    if (column === undefined) return undefined;
    needed.add(column.name);
  }
  return needed;
}

/**
 * The entries of a list in a plan. DuckDB makes the list by splitting text at line breaks, those within constants too;
 * such an entry has an odd number of quotes and is joined with the next ones until they are even.
 */
function entriesOf(node: PlanNode, key: string): string[] {
  const entries: string[] = [];
  let open = '';
  for (const part of node.info.get(key) ?? []) {
    const entry = open + part;
    const isOpen = (entry.split("'").length - 1) % 2 === 1;
    if (!isOpen) entries.push(entry);
    open = isOpen ? `${entry}\n` : '';
  }
  return open === '' ? entries : [...entries, open];
}

function scansOf(node: PlanNode, table: string, parent?: PlanNode): { scan: PlanNode; parent: PlanNode | undefined }[] {
  const below = node.children.flatMap((child) => scansOf(child, table, node));
  return isScanOf(node, table) ? [{ scan: node, parent }, ...below] : below;
}

function isScanned(node: PlanNode, table: string): boolean {
  return isScanOf(node, table) || node.children.some((child) => isScanned(child, table));
}

function isScanOf(node: PlanNode, table: string): boolean {
  return node.info.get('Table')?.join('\n') === table;
}

function readPlan(json: string): PlanNode | undefined {
  try {
    const parsed: unknown = JSON.parse(json);
    return Array.isArray(parsed) && parsed.length === 1 ? readNode(parsed[0]) : undefined;
  } catch {
    return undefined;
  }
}

/** @throws TypeError where the plan does not look like one */
function readNode(value: unknown): PlanNode {
  if (!isRecord(value) || typeof value['name'] !== 'string') throw new TypeError('Not a node of a plan');
  const children = value['children'] ?? [];
  const info = value['extra_info'] ?? {};
  if (!Array.isArray(children) || !isRecord(info)) throw new TypeError('Not a node of a plan');
  return {
    name: value['name'].trim(),
    children: children.map(readNode),
    info: new Map(Object.entries(info).map(([key, entry]) => [key, readEntries(entry)])),
  };
}

/** Texts of a plan come as nothing (`""`), one text, or a list. */
function readEntries(value: unknown): string[] {
  if (value === '') return [];
  const entries: unknown[] = Array.isArray(value) ? value : [value];
  return entries.map(String);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
