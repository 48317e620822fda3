import type { HexagonGrid } from '../stats/hexagons';
import type { Samples } from '../stats/inverse-distance';
import type { Surface } from '../stats/surface';
import type { MapCells } from '../views/map-view/map-cells';
import { entryPlaces } from '../views/map-view/site-places';
import { connectSpatialWorker } from '../workers/spatial-work';

/** The map's spatial work, done beside the page. The latest question wins; the last answer stays until the next is there. */
export class SpatialRun {
  /** The hexagons of the last answer, and what was sorted into them. */
  grid = $state.raw<(HexagonGrid & { cells: MapCells }) | undefined>(undefined);
  surface = $state.raw<Surface | undefined>(undefined);
  readonly #worker = connectSpatialWorker();
  #asked: { cells: MapCells; resolution: number } | undefined;
  #surfaces = 0;

  /** Sorts the entries of the map's answer into the H3 cells of a resolution. */
  sortIntoHexagons(cells: MapCells, resolution: number): void {
    if (this.#asked?.cells === cells && this.#asked.resolution === resolution) return;
    const asked = { cells, resolution };
    this.#asked = asked;
    const { longitude, latitude } = entryPlaces(cells);
    void this.#worker
      .call()
      .hexagons(longitude, latitude, resolution)
      .then((grid) => {
        if (this.#asked === asked) this.grid = { ...grid, cells };
      });
  }

  /** Interpolates samples to H3 cells. @param finest resolution that is wanted */
  interpolate(samples: Samples, finest: number): void {
    const number = ++this.#surfaces;
    void this.#worker
      .call()
      .surface(samples, finest)
      .then((surface) => {
        if (this.#surfaces === number) this.surface = surface;
      });
  }

  /** Ends the worker; what is still being asked has no answer. */
  stop(): void {
    this.#asked = undefined;
    this.#surfaces++;
    this.#worker.terminate();
  }
}
