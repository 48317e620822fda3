const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** The number of a month by its English name, or by at least three letters of it; 0 where there is none. */
export function monthNamed(name: string): number {
  return MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1;
}

/** The year of two digits: 1970 to 2069. */
export function fullYear(digits: number): number {
  return digits + (digits < 70 ? 2000 : 1900);
}
