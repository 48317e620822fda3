// Made once: a comparison that is told its locale makes one for every pair of names.
const order = new Intl.Collator('en', { numeric: true });

/** The order of names for people: `buoy 9` before `buoy 10`, `á` beside `a`. Negative where the left one comes first. */
export function compareNames(left: string, right: string): number {
  return order.compare(left, right);
}
