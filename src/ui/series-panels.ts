import type { ColumnDescription } from '@tidelake/lake-format';
import type { QueryResult } from '../workers/protocol';
import { FLAG_COLUMN, SERIES_COLUMNS } from '../queries/series';
import type { LakeView } from '../state/lake-view';
import { bandOver, type DayClimatology } from '../views/time-series/climatology-band';
import type { PanelContent, PanelSeries, Side } from '../views/time-series/panel-content';
import { extentOf, type KeyedSeries, seriesOf } from '../views/time-series/series-data';
import { formatCount, formatRounded } from '../views/value-text';
import { lookOf, type VariableLook } from '../views/variable-look';
import { formatWindow } from '../views/zone-text';

/** What goes into the panels of a chart. */
export interface PanelInput {
  view: LakeView;
  readings: QueryResult;
  flagged: QueryResult | undefined;
  climatologies: readonly DayClimatology[];
  /** Two variables in one panel, the second against an axis of its own where its unit is another. */
  overlay: boolean;
  logarithmic: boolean;
  /** The colour of each device, and of each station, by id. */
  colors: Readonly<Record<string, string>>;
  /** In which times are written. */
  zone: string;
}

/** The columns that set series apart in the answers about a view. */
export function keyColumns({ roles }: LakeView): string[] {
  return [SERIES_COLUMNS.variable, roles.station ?? '', roles.device ?? ''];
}

/**
 * The panels of a chart: one for each variable that has readings, or one for two. Lines are in the order of devices,
 * which is that of their colours.
 */
export function chartPanels(input: PanelInput): PanelContent[] {
  const { view, overlay } = input;
  const answered = seriesOf(input.readings, { ...SERIES_COLUMNS, keys: keyColumns(view) });
  const flagged = input.flagged
    ? seriesOf(input.flagged, { ...SERIES_COLUMNS, keys: [...keyColumns(view), FLAG_COLUMN] })
    : [];
  const of = <One extends { keys: string[] }>(all: readonly One[], variable: ColumnDescription): One[] =>
    // An answer about one variable does not name it.
    all.filter(({ keys: [name] }) => name === variable.name || (name === '' && view.chosenVariables.length === 1));

  const parts = view.chosenVariables.flatMap((variable) => {
    const series = of(answered, variable).filter(({ values }) => values.some((value) => !Number.isNaN(value)));
    return series.length === 0
      ? []
      : [
          {
            variable,
            look: lookOf(variable),
            series,
            flagged: of(flagged, variable),
            climatologies: of(input.climatologies, variable),
          },
        ];
  });
  const [first, second] = parts;
  if (overlay && parts.length === 2 && first && second) return [panelOf(input, [first, second])];
  return parts.map((part) => panelOf(input, [part]));
}

interface VariablePart {
  variable: ColumnDescription;
  look: VariableLook;
  series: KeyedSeries[];
  flagged: KeyedSeries[];
  climatologies: DayClimatology[];
}

function panelOf(input: PanelInput, parts: VariablePart[]): PanelContent {
  const { view, colors } = input;
  const [first, second] = parts;
  const isShared = first?.look.unit === second?.look.unit && first?.look.reversed === second?.look.reversed;
  const sideOf = (part: VariablePart): Side => (part === first || isShared ? 'left' : 'right');
  const colorOf = ([, station = '', device = '']: readonly string[]) =>
    colors[device] ?? colors[station] ?? 'var(--accent)';
  const axis = ({ label, unit, reversed }: VariableLook) => ({ label, unit, reversed });
  const left = axis(first?.look ?? lookOf(view.variable));
  return {
    id: parts.map(({ variable }) => variable.name).join(' '),
    axes: {
      left: second && isShared ? { ...left, label: parts.map(({ look }) => look.name).join(', ') } : left,
      ...(second && !isShared && { right: axis(second.look) }),
    },
    series: parts.flatMap((part) =>
      inOrder(view, part.series).map(({ keys, times, values }): PanelSeries => ({
        id: keys[2] || (keys[1] ?? ''),
        name: nameOf(view, keys, parts.length > 1 ? part.look.name : undefined),
        color: colorOf(keys),
        side: sideOf(part),
        dashed: part !== first,
        times,
        values,
      })),
    ),
    flagged: parts.flatMap((part) =>
      part.flagged.map(({ keys, times, values }) => ({
        flag: keys[3] === 'fail' ? ('fail' as const) : ('suspect' as const),
        side: sideOf(part),
        times,
        values,
      })),
    ),
    bands: parts.flatMap((part) =>
      part.climatologies.map((climatology) => ({
        ...bandOver(climatology, view.selection),
        color: colorOf(climatology.keys),
        side: sideOf(part),
      })),
    ),
    logarithmic: input.logarithmic,
    shape: first?.look.isDirection ? 'dots' : first?.look.isCount ? 'step' : 'line',
    summary: parts.map((part) => summaryOf(input, part)).join(' '),
  };
}

function inOrder(view: LakeView, series: readonly KeyedSeries[]): KeyedSeries[] {
  const devices = new Map(view.devices.map(({ id }, index) => [id, index]));
  const stations = new Map(view.chosenStations.map((id, index) => [id, index]));
  const place = ({ keys: [, station = '', device = ''] }: KeyedSeries) =>
    (devices.get(device) ?? 0) * 1e6 + (stations.get(station) ?? 0);
  return series.toSorted((left, right) => place(left) - place(right));
}

function nameOf(view: LakeView, [, station, device]: readonly string[], variable: string | undefined): string {
  const depth = view.devices.find(({ id }) => id === device)?.depth;
  const place = view.stations.find(({ id }) => id === station);
  return [
    view.chosenStations.length > 1 || !device ? (place?.name ?? station) : undefined,
    device,
    depth === undefined ? undefined : `${depth} m`,
    variable,
  ]
    .filter((part) => part)
    .join(' · ');
}

function summaryOf({ view, zone }: PanelInput, { look, series }: VariablePart): string {
  const { count, low, high } = extentOf(series);
  const devices = `${series.length} ${series.length === 1 ? 'device' : 'devices'}`;
  const window = formatWindow(view.selection, zone);
  const range = `from ${formatRounded(low)} to ${formatRounded(high)} ${look.unit}`.trimEnd();
  return `${look.name}, ${devices}, ${window}: ${formatCount(count)} points drawn, ${range}.`;
}
