import { binEnds } from '../../queries/time-bins';
import { insideEntries } from './place-selection';
import type { PanelContent } from '../time-series/panel-content';
import { formatCount } from '../value-text';
import type { PictureInput } from './map-picture';
import { groupTotals, STATISTIC_NAMES, statisticOf } from './statistic';
import { type Zone, zoneTest } from './zones';

/**
 * What was observed in a zone, bin by bin, as a panel of a chart: the statistic at the middle of each bin, and behind a mean the
 * least and greatest reading of the bin. A difference from a mean is told as the mean.
 */
export function zoneSeries({ cells, bins, statistic, variable, unit }: PictureInput, zone: Zone): PanelContent {
  const inside = insideEntries(cells, zoneTest(zone));
  const groups = Int32Array.from(inside, (isIn, entry) => (isIn === 1 ? (cells.bin[entry] ?? -1) : -1));
  const totals = groupTotals(cells, groups, bins.starts.length);
  const shown = statistic === 'anomaly' ? 'mean' : statistic;
  const values = statisticOf(totals, shown);
  const times = Float64Array.from(bins.starts, (_, bin) => binEnds(bins, bin).reduce((sum, end) => sum + end / 2, 0));
  const shownUnit = shown === 'count' ? '' : shown === 'flagged' ? '%' : unit;
  const [first, ...others] = (shown === 'count' ? 'Readings' : `${STATISTIC_NAMES[shown]}, ${variable}`).toLowerCase();
  const name = `${first?.toUpperCase() ?? ''}${others.join('')}`;
  const { name: called } = zone.properties;
  const known = values.filter((value) => !Number.isNaN(value)).length;
  return {
    id: 'zone',
    axes: { left: { label: shownUnit === '' ? name : `${name} (${shownUnit})`, unit: shownUnit, reversed: false } },
    series: [{ id: 'zone', name: called, color: 'var(--accent)', side: 'left', dashed: false, times, values }],
    flagged: [],
    bands:
      shown === 'mean'
        ? [
            {
              times,
              low: statisticOf(totals, 'minimum'),
              high: statisticOf(totals, 'maximum'),
              color: 'var(--accent)',
              side: 'left',
            },
          ]
        : [],
    logarithmic: false,
    shape: 'line',
    summary: `${name} in ${called} by ${bins.interval}: ${formatCount(known)} of ${formatCount(values.length)} steps have readings.`,
  };
}
