import { MS_PER_DAY } from '@tidelake/lake-format';
import { dayNumbers, type LakeRecipe } from './make-lakes';
import { STATION_COLUMNS, stationDaySql, stationIds } from './station-data';

/** An aggregate over a whole lake: four stations' days. `day` itself is a partition of the lake. */
export function warmQuery(table: string): string {
  return (
    `SELECT epoch(date_trunc('day', timestamp))::DOUBLE AS date_s, avg(temperature)::DOUBLE AS mean, ` +
    `max(humidity)::DOUBLE AS highest, count(*)::DOUBLE AS n FROM ${table} GROUP BY station, date_s ORDER BY station, date_s`
  );
}

/** SQL that fills a table `readings` with the rows of a lake, so that the engine alone can be timed on them. */
export function nativeTableSql(recipe: LakeRecipe): string[] {
  const columns = STATION_COLUMNS.slice(0, recipe.columns);
  const definitions = columns.map(([name, type]) => `${name} ${type === 'TIMESTAMPTZ' ? 'TIMESTAMP' : type}`);
  const names = columns.map(([name]) => name);
  const inserts = stationIds(recipe.stations).flatMap((station, stationNumber) =>
    dayNumbers(recipe).map((day) => {
      const rows = stationDaySql(stationNumber, day * MS_PER_DAY, names);
      // Without the extension for time zones nothing can be done with a TIMESTAMPTZ but cast it.
      const cast = names.map((name) => (name === 'timestamp' ? 'timestamp::TIMESTAMP' : name)).join(', ');
      return `INSERT INTO readings SELECT ${cast}, '${station}' FROM (${rows})`;
    }),
  );
  return [`CREATE TABLE readings (${definitions.join(', ')}, station VARCHAR)`, ...inserts];
}
