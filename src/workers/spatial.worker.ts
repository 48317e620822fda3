import { expose, transfer } from 'comlink';
import { hexagonGrid } from '../stats/hexagons';
import { interpolateOnHexagons } from '../stats/surface';
import type { SpatialWork } from './spatial-work';

const work: SpatialWork = {
  hexagons(longitude, latitude, resolution) {
    const grid = hexagonGrid(longitude, latitude, resolution);
    return transfer(grid, [grid.cellOf.buffer]);
  },
  surface: interpolateOnHexagons,
};

expose(work);
