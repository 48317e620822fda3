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

/** What the map shows of the Earth beside land: as a globe, with depths, without its grid of degrees. */
export const EARTH_OPTIONS = ['globe', 'depths', 'no-graticule'] as const;
export type EarthOption = (typeof EARTH_OPTIONS)[number];
