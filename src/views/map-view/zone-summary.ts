import { formatCount } from '../value-text';
import { groupTotals, STATISTIC_NAMES, statisticOf } from './statistic';
import { insideEntries } from './place-selection';
import { type PictureInput, valueText } from './map-picture';
import { type Zone, zoneTest } from './zones';

/** What lies in a zone, in words. */
export interface ZoneSummary {
  name: string;
  text: string;
  /** Whether anything lies in it. */
  any: boolean;
}

/** Adds up what was observed in a zone in the bins that are shown. A difference from a mean is told as the mean. */
export function zoneSummary({ cells, step, statistic, unit }: PictureInput, zone: Zone): ZoneSummary {
  const inside = insideEntries(cells, zoneTest(zone));
  const groups = Int32Array.from(inside, (isIn, entry) =>
    isIn === 1 && (step === undefined || cells.bin[entry] === step) ? 0 : -1,
  );
  const totals = groupTotals(cells, groups, 1);
  const shown = statistic === 'anomaly' ? 'mean' : statistic;
  const [value = NaN] = statisticOf(totals, shown);
  const stations = new Set(cells.site.filter((_, entry) => groups[entry] === 0)).size;
  const any = inside.includes(1);
  const { name } = zone.properties;
  if (stations === 0) return { name, text: 'nothing was observed here then', any };
  const told = `${STATISTIC_NAMES[shown].toLowerCase()} ${valueText(value, shown, unit)}`;
  const count = shown === 'count' ? '' : `, n ${formatCount(totals.count[0] ?? 0)}`;
  return { name, text: `${told}${count}, ${stations} ${stations === 1 ? 'station' : 'stations'}`, any };
}
