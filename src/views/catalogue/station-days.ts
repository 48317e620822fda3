import type { DayCoverage } from '../../lake/coverage';

/** The days of each station, in their order. */
export function daysByStation(days: readonly DayCoverage[]): Map<string | null, DayCoverage[]> {
  const byStation = new Map<string | null, DayCoverage[]>();
  for (const day of days) {
    const own = byStation.get(day.station);
    if (own) own.push(day);
    else byStation.set(day.station, [day]);
  }
  return byStation;
}
