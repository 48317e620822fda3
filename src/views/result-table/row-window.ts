/** The rows that are drawn of a table, and the empty space that stands for the others, in CSS pixels. */
export interface RowWindow {
  first: number;
  /** End-exclusive. */
  end: number;
  above: number;
  below: number;
}

/**
 * Which rows of fixed height to draw for a scroll position.
 * @param overscan rows drawn beyond each edge, so that fast scrolling shows no gap
 */
export function rowWindow(
  rowCount: number,
  rowHeight: number,
  scrollTop: number,
  viewHeight: number,
  overscan = 8,
): RowWindow {
  const seen = Math.ceil(viewHeight / rowHeight) + 1;
  const first = Math.max(0, Math.min(rowCount - seen, Math.floor(scrollTop / rowHeight)) - overscan);
  const end = Math.min(rowCount, first + seen + 2 * overscan);
  return { first, end, above: first * rowHeight, below: (rowCount - end) * rowHeight };
}
