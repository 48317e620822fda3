import { type Remote, releaseProxy, wrap } from 'comlink';
import type { HexagonGrid } from '../stats/hexagons';
import type { Samples } from '../stats/inverse-distance';
import type { Surface } from '../stats/surface';

/** What takes too long for the page's own thread. */
export interface SpatialWork {
  /** Positions in degrees sorted into the H3 cells of a resolution. */
  hexagons(longitude: Float64Array, latitude: Float64Array, resolution: number): HexagonGrid;
  /** Samples interpolated to the H3 cells around them. @param finest resolution that is wanted */
  surface(samples: Samples, finest: number): Surface;
}

/** A worker for spatial work; it starts with the first call. */
export interface SpatialWorker {
  call(): Remote<SpatialWork>;
  terminate(): void;
}

/** Starts nothing yet. */
export function connectSpatialWorker(): SpatialWorker {
  let worker: Worker | undefined;
  let remote: Remote<SpatialWork> | undefined;
  return {
    call() {
      if (remote) return remote;
      worker = new Worker(new URL('./spatial.worker.ts', import.meta.url), {
        type: 'module',
        name: 'tidelake-spatial',
      });
      remote = wrap<SpatialWork>(worker);
      return remote;
    },
    terminate() {
      remote?.[releaseProxy]();
      worker?.terminate();
      [worker, remote] = [undefined, undefined];
    },
  };
}
