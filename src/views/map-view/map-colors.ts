import type { Theme } from '../color-ramp';

/** What the map is painted with, apart from the data. */
export interface MapColors {
  sea: string;
  /** From the shelf's edge down. */
  shelf: string;
  abyss: string;
  land: string;
  highland: string;
  coast: string;
  river: string;
  border: string;
  road: string;
  graticule: string;
  /** What the graticule's degrees are written in. */
  degrees: string;
  zone: string;
  ink: string;
}

/** The map's colours in each theme. */
export const MAP_COLORS: Record<Theme, MapColors> = {
  light: {
    sea: '#dbe7ed',
    shelf: '#cddfe8',
    abyss: '#93b5c9',
    land: '#f4f2ec',
    highland: '#cfc8b6',
    coast: '#8fa3ae',
    river: '#b5cbd6',
    border: '#b9a894',
    road: '#ded8cb',
    graticule: '#c8d7de',
    degrees: '#55707e',
    zone: '#8a4b12',
    ink: '#13222b',
  },
  dark: {
    sea: '#162d3a',
    shelf: '#122631',
    abyss: '#040a0f',
    land: '#24323c',
    highland: '#46535c',
    coast: '#5a7284',
    river: '#1b3647',
    border: '#5c5547',
    road: '#34434e',
    graticule: '#27414f',
    degrees: '#8aa3b3',
    zone: '#f2c063',
    ink: '#e2eaee',
  },
};
