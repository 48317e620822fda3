import type { ExportPlan } from './export-plan';

/**
 * What the data are, as lines of comment before the names: the attributes that the Attribute Convention for Data Discovery
 * (ACDD 1.3) and CF have for it. There is no time of making in it, so the same lake gives the same bytes.
 */
export function aboutLines({ lake, stations, variables }: ExportPlan): Buffer {
  const times = stations
    .flatMap(({ firstTime, lastTime }) => [firstTime, lastTime].filter((each) => each !== undefined))
    .sort();
  const bound = (of: 'latitude' | 'longitude', choose: (...values: number[]) => number): string | undefined => {
    const values = stations.flatMap((station) => station[of] ?? []);
    return values.length === 0 ? undefined : String(choose(...values));
  };
  const attributes: [name: string, value: string | undefined][] = [
    ['Conventions', 'CF-1.11, ACDD-1.3'],
    ['title', lake.title],
    ['license', lake.license],
    ['creator_name', lake.attribution],
    ['time_coverage_start', times[0]],
    ['time_coverage_end', times.at(-1)],
    ['geospatial_lat_min', bound('latitude', Math.min)],
    ['geospatial_lat_max', bound('latitude', Math.max)],
    ['geospatial_lon_min', bound('longitude', Math.min)],
    ['geospatial_lon_max', bound('longitude', Math.max)],
    ['keywords', variables.flatMap(({ standardName }) => standardName ?? []).join(', ') || undefined],
    ...variables.map(({ name, unit, standardName, longName }): [string, string | undefined] => [
      name,
      [standardName, longName, unit === undefined ? undefined : `units: ${unit}`]
        .filter((fact) => fact !== undefined)
        .join('; '),
    ]),
  ];
  const lines = attributes.flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : `# ${name}: ${value.replaceAll(/\s+/g, ' ')}\n`,
  );
  return Buffer.from(lines.join(''));
}
