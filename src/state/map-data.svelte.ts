import type { ColumnDescription } from '@tidelake/lake-format';
import { untrack } from 'svelte';
import { type Coarseness, coarsenesses, MAP_CELL_LIMIT, mapCellsSql } from '../queries/map-cells';
import { binAt, timeBins, type TimeBins } from '../queries/time-bins';
import { resolutionAtZoom } from '../stats/hexagon-size';
import { readMapCells } from '../views/map-view/map-cells';
import { MAP_LAYERS, type MapLayer } from '../views/map-view/map-layer';
import {
  entryFrames,
  hexagonFrames,
  hexagonPicture,
  type MapPicture,
  type PictureInput,
  positionPicture,
  siteFrames,
  stationPicture,
  surfacePicture,
  surfaceSamples,
  trackPicture,
} from '../views/map-view/map-picture';
import { sitePlaces } from '../views/map-view/site-places';
import type { Statistic } from '../views/map-view/statistic';
import { trackPieces } from '../views/map-view/tracks';
import { formatUnit } from '../views/value-text';
import type { LakeClient } from '../workers/client';
import type { LakeSummary } from '../workers/protocol';
import type { CostGate } from './cost-gate';
import type { LakeView } from './lake-view';
import { QueryRun } from './query-run.svelte';
import { SpatialRun } from './spatial-run.svelte';

/** What the map is to show. */
export interface MapWish {
  lake: LakeSummary;
  view: LakeView;
  layer: MapLayer | undefined;
  statistic: Statistic;
  /** A time, UTC milliseconds, in the bin that is shown; undefined for the whole window. */
  step: number | undefined;
  /** Of the map as it is seen; undefined until it stands. */
  zoom: number | undefined;
  /** Fewest readings of a hexagon that is shown. */
  least: number;
  /** Whether the question is not to be asked yet. */
  waits: boolean;
}

/** What the map was asked about, kept with its answer. */
interface MapSubject {
  bins: TimeBins;
  /** How positions were taken together; each by itself where undefined. */
  coarseness: Coarseness | undefined;
  variable: ColumnDescription;
}

/**
 * One question of every station, position and bin of the window, and all the pictures that are made of its answer: another
 * layer, statistic, station or time asks nothing anew. To be made while a component is, whose effects it joins.
 */
export class MapData {
  readonly run: QueryRun<MapSubject>;
  readonly #spatial = new SpatialRun();
  readonly #wish: () => MapWish;
  #coarseness = $state.raw({ of: '', level: 0 });

  // Each by itself, so that choosing a station asks and draws nothing anew.
  readonly #lake = $derived.by(() => this.#wish().lake);
  readonly #from = $derived.by(() => this.#wish().view.selection.from);
  readonly #to = $derived.by(() => this.#wish().view.selection.to);
  readonly #variable = $derived.by(() => this.#wish().view.variable);
  readonly #hidesFailed = $derived.by(() => this.#wish().view.hidesFailed);
  readonly #statistic = $derived.by(() => this.#wish().statistic);
  readonly #positioned = $derived.by(() => this.#wish().view.roles.position !== undefined);
  readonly #coarsenesses = $derived.by(() => coarsenesses(this.#lake.columns));
  readonly #bins = $derived.by(() => timeBins(this.#from, this.#to));
  readonly #question = $derived.by(() => ({
    from: this.#from,
    to: this.#to,
    variable: this.#variable.name,
    bins: this.#bins,
    hidesFailed: this.#hidesFailed,
  }));

  /** Whether anything has a place: else there is nothing to ask. */
  readonly hasPlaces = $derived.by(
    () => this.#positioned || this.#lake.stations.some(({ latitude }) => latitude !== undefined),
  );
  /** The layers that the lake has something for. */
  readonly layers = $derived.by(() =>
    MAP_LAYERS.filter((layer) => this.#positioned || (layer !== 'positions' && layer !== 'tracks')),
  );
  readonly layer = $derived.by<MapLayer>(() => this.layers.find((known) => known === this.#wish().layer) ?? 'stations');

  readonly subject = $derived.by(() => this.run.answer?.subject);
  readonly #result = $derived.by(() => this.run.answer?.result);
  /** The bins of the answer. */
  readonly bins = $derived.by(() => this.subject?.bins);
  readonly cells = $derived.by(
    () => this.#result && this.bins && readMapCells(this.#result, this.bins, this.#lake.stations),
  );
  readonly places = $derived.by(() => this.cells && sitePlaces(this.cells));
  /** Whether all stations stand still. */
  readonly stands = $derived.by(() => !(this.places?.moves.includes(true) ?? false));
  /** The bin of time that is shown; undefined for the whole window. */
  readonly step = $derived.by(() => {
    const { step } = this.#wish();
    return step === undefined || !this.bins ? undefined : binAt(this.bins, step);
  });
  /** What pictures are made from; undefined until the first answer. */
  readonly input = $derived.by((): PictureInput | undefined => {
    const framed = this.#framed;
    return framed && { ...framed, step: this.step, chosen: this.#wish().view.chosenStations };
  });
  /** What frames are made from: nothing that changes while time is played. */
  readonly #framed = $derived.by((): PictureInput | undefined => {
    if (!this.cells || !this.subject) return undefined;
    const { bins, variable } = this.subject;
    return {
      cells: this.cells,
      bins,
      statistic: this.#statistic,
      step: undefined,
      variable: variable.longName ?? variable.name,
      unit: formatUnit(variable.unit),
      chosen: [],
    };
  });

  readonly #bySite = $derived.by(() => this.#framed && siteFrames(this.#framed));
  readonly #byEntry = $derived.by(() => this.#framed && entryFrames(this.#framed));
  readonly #tracks = $derived.by(() => this.cells && trackPieces(this.cells));
  // The samples of a surface lie closer than the hexagons that are looked at.
  readonly #resolution = $derived.by(() =>
    Math.min(
      resolutionAtZoom(this.#wish().zoom ?? 0) + (this.layer === 'surface' ? 2 : 0),
      this.cells?.cellResolution ?? Infinity,
    ),
  );
  readonly #grid = $derived.by(() => (this.#spatial.grid?.cells === this.cells ? this.#spatial.grid : undefined));
  readonly #byHexagon = $derived.by(() => this.#framed && this.#grid && hexagonFrames(this.#framed, this.#grid));
  readonly #samples = $derived.by(() => {
    const frames = this.stands ? this.#bySite : this.#byHexagon;
    if (!this.input || !frames || this.layer !== 'surface') return undefined;
    return surfaceSamples(this.input, frames, this.stands ? undefined : this.#grid?.centres);
  });

  /** What is to be drawn; undefined while it is being made. */
  readonly picture = $derived.by((): MapPicture | undefined => {
    const { input } = this;
    if (!input) return undefined;
    switch (this.layer) {
      case 'stations':
        return this.#bySite && stationPicture(input, this.#bySite);
      case 'positions':
        return this.#byEntry && positionPicture(input, this.#byEntry);
      case 'tracks':
        return this.#tracks && this.#byEntry && trackPicture(input, this.#tracks, this.#byEntry);
      case 'hexagons':
        return this.#grid && this.#byHexagon && hexagonPicture(input, this.#grid, this.#byHexagon, this.#wish().least);
      case 'surface': {
        const { surface } = this.#spatial;
        return surface && surfacePicture(input, surface, this.stands ? 'stations' : 'hexagons');
      }
    }
  });

  /** @param wish what to show, read again whenever it changes */
  constructor(client: LakeClient, gate: CostGate, wish: () => MapWish) {
    this.run = new QueryRun(client, gate);
    this.#wish = wish;
    // The chart comes first: the map asks once it stands.
    $effect(() => {
      const { waits, zoom, view } = this.#wish();
      if (waits || zoom === undefined || !this.hasPlaces) return;
      const exact = mapCellsSql(this.#question, view.roles, this.#lake.columns);
      const level = this.#coarseness.of === exact ? this.#coarseness.level : 0;
      const coarseness = level === 0 ? undefined : this.#coarsenesses[level - 1];
      const sql = level === 0 ? exact : mapCellsSql({ ...this.#question, coarseness }, view.roles, this.#lake.columns);
      const subject = { bins: this.#bins, coarseness, variable: this.#variable };
      untrack(() => this.run.ask(sql, subject));
    });
    $effect(() => {
      const { answer } = this.run;
      if (!answer || answer.result.rowCount <= MAP_CELL_LIMIT) return;
      const { coarseness } = answer.subject;
      const level = coarseness === undefined ? 1 : this.#coarsenesses.indexOf(coarseness) + 2;
      const { view } = untrack(this.#wish);
      const of = untrack(() => mapCellsSql(this.#question, view.roles, this.#lake.columns));
      if (level <= this.#coarsenesses.length) this.#coarseness = { of, level };
    });
    $effect(() => {
      const { cells } = this;
      if (cells && (this.layer === 'hexagons' || (this.layer === 'surface' && !this.stands))) {
        this.#spatial.sortIntoHexagons(cells, this.#resolution);
      }
    });
    $effect(() => {
      if (this.#samples) this.#spatial.interpolate(this.#samples, this.#resolution);
    });
  }

  /** The read-out of a station, a line each, whichever layer is shown; nothing where it is not in the answer. */
  describeStation(id: string): string[] {
    const site = this.cells?.sites.findIndex((known) => known.id === id) ?? -1;
    if (!this.input || !this.#bySite || site < 0) return [];
    return stationPicture(this.input, this.#bySite).describe(site);
  }

  /** Stops everything that runs. */
  stop(): void {
    this.run.clear();
    this.#spatial.stop();
  }
}
