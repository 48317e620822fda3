/** The rows that are drawn of a table, and the empty space that stands for the others, in CSS pixels. */
export interface RowWindow {
  first: number;
  /** End-exclusive. */
  end: number;
  above: number;
  below: number;
}

/** How tall and how far a table is scrolled, in CSS pixels. */
export interface Scrolled {
  rowCount: number;
  rowHeight: number;
  scrollTop: number;
  viewHeight: number;
}

/** Browsers end an element at about 17 million pixels (Firefox); a taller table is scrolled in larger steps. */
const TALLEST = 12_000_000;

/** Pixels of the whole table for each pixel of scrolling. */
function stretchOf({ rowCount, rowHeight, viewHeight }: Omit<Scrolled, 'scrollTop'>): number {
  const whole = rowCount * rowHeight;
  return whole <= TALLEST ? 1 : (whole - viewHeight) / (TALLEST - viewHeight);
}

/**
 * Which rows of fixed height to draw for a scroll position.
 * @param overscan rows drawn beyond each edge, so that fast scrolling shows no gap
 */
export function rowWindow(table: Scrolled, overscan = 8): RowWindow {
  const { rowCount, rowHeight, scrollTop, viewHeight } = table;
  const height = Math.min(rowCount * rowHeight, TALLEST);
  const top = scrollTop * stretchOf(table);
  const seen = Math.ceil(viewHeight / rowHeight) + 1;
  const first = Math.max(0, Math.min(rowCount - seen, Math.floor(top / rowHeight)) - overscan);
  const end = Math.min(rowCount, first + seen + 2 * overscan);
  const drawn = (end - first) * rowHeight;
  const above = Math.max(0, Math.min(height - drawn, scrollTop - (top - first * rowHeight)));
  return { first, end, above, below: Math.max(0, height - drawn - above) };
}

/** Most rows of a table on paper. */
const MOST_PRINTED = 400;

/** The rows that are drawn where nothing can be scrolled. */
export function printedRows(rowCount: number): RowWindow {
  return { first: 0, end: Math.min(rowCount, MOST_PRINTED), above: 0, below: 0 };
}

/** Where to scroll so that a row is seen, from where the table is scrolled to now. */
export function scrollTopFor(row: number, table: Scrolled): number {
  const { rowHeight, scrollTop, viewHeight } = table;
  const stretch = stretchOf(table);
  const top = scrollTop * stretch;
  const wanted = row * rowHeight;
  if (wanted < top) return wanted / stretch;
  if (wanted + rowHeight > top + viewHeight) return (wanted + rowHeight - viewHeight) / stretch;
  return scrollTop;
}
