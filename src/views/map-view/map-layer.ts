/** What the map shows of the data. */
export const MAP_LAYERS = ['stations', 'positions', 'hexagons', 'tracks', 'surface'] as const;
export type MapLayer = (typeof MAP_LAYERS)[number];

/** The layers' names, as a choice offers them. */
export const LAYER_NAMES: Record<MapLayer, string> = {
  stations: 'Stations',
  positions: 'Positions',
  hexagons: 'Hexagons',
  tracks: 'Tracks',
  surface: 'Surface',
};
