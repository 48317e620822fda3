/** What an export is of. Times are UTC milliseconds, places degrees. */
export interface ExportSubject {
  title: string;
  license?: string | undefined;
  attribution?: string | undefined;
  /** The lake's address, without anything secret. */
  source: string;
  window?: { from: number; to: number } | undefined;
  positions: readonly { latitude?: number | undefined; longitude?: number | undefined }[];
  standardNames: readonly string[];
  /** What is to be known of the rows, such as what was left out. */
  comment?: string | undefined;
  /** The statement that gave the rows. */
  sql: string;
  /** The link that shows the same in the page, where it is known. */
  link: string;
}

/**
 * The attributes that CF 1.11 and the Attribute Convention for Data Discovery (ACDD 1.3) have for an export. The same lake
 * and question give the same.
 */
export function aboutExport(subject: ExportSubject): [name: string, value: string][] {
  const { title, license, attribution, source, window, positions, standardNames, comment, sql, link } = subject;
  const latitudes = positions.flatMap(({ latitude }) => latitude ?? []);
  const longitudes = positions.flatMap(({ longitude }) => longitude ?? []);
  const bound = (of: number[], choose: (...values: number[]) => number) =>
    of.length === 0 ? undefined : String(choose(...of));
  const attributes: [string, string | undefined][] = [
    ['Conventions', 'CF-1.11, ACDD-1.3'],
    ['title', title],
    ['license', license],
    ['creator_name', attribution],
    ['source', source],
    ['time_coverage_start', window && new Date(window.from).toISOString()],
    ['time_coverage_end', window && new Date(window.to).toISOString()],
    ['geospatial_lat_min', bound(latitudes, Math.min)],
    ['geospatial_lat_max', bound(latitudes, Math.max)],
    ['geospatial_lon_min', bound(longitudes, Math.min)],
    ['geospatial_lon_max', bound(longitudes, Math.max)],
    ['keywords', standardNames.join(', ')],
    ['comment', comment],
    ['processing', sql],
    ['references', link],
  ];
  return attributes.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, value]]));
}
