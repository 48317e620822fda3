import proj4 from 'proj4';

const GRS80 = '+ellps=GRS80 +towgs84=0,0,0,0,0,0,0';
const BESSEL_SWISS = '+ellps=bessel +towgs84=674.374,15.056,405.346,0,0,0,0';
const BESSEL_GERMAN = '+ellps=bessel +towgs84=598.1,73.7,418.2,0.202,0.045,-2.455,6.7';

/** Systems beyond those proj4 knows (WGS84, NAD83, web Mercator, UTM and UPS on WGS84), after the EPSG registry. */
const DEFINITIONS: ReadonlyMap<string, string> = new Map([
  ['EPSG:4258', `+proj=longlat ${GRS80}`], // ETRS89
  ...Array.from(
    { length: 11 },
    (_, index) => [`EPSG:${25_828 + index}`, `+proj=utm +zone=${28 + index} ${GRS80} +units=m`] as const,
  ), // ETRS89, UTM zones 28 to 38
  ['EPSG:3035', `+proj=laea +lat_0=52 +lon_0=10 +x_0=4321000 +y_0=3210000 ${GRS80} +units=m`], // Europe, equal area
  ['EPSG:3006', `+proj=utm +zone=33 ${GRS80} +units=m`], // SWEREF99 TM
  ['EPSG:2154', `+proj=lcc +lat_1=49 +lat_2=44 +lat_0=46.5 +lon_0=3 +x_0=700000 +y_0=6600000 ${GRS80} +units=m`], // Lambert-93
  [
    'EPSG:27700', // British National Grid
    '+proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 +x_0=400000 +y_0=-100000 +ellps=airy +towgs84=446.448,-125.157,542.06,0.15,0.247,0.842,-20.489 +units=m',
  ],
  [
    'EPSG:28992', // Amersfoort, RD New
    '+proj=sterea +lat_0=52.15616055555555 +lon_0=5.38763888888889 +k=0.9999079 +x_0=155000 +y_0=463000 +ellps=bessel +towgs84=565.417,50.3319,465.552,-0.398957,0.343988,-1.8774,4.0725 +units=m',
  ],
  [
    'EPSG:2056', // Swiss LV95
    `+proj=somerc +lat_0=46.95240555555556 +lon_0=7.439583333333333 +k_0=1 +x_0=2600000 +y_0=1200000 ${BESSEL_SWISS} +units=m`,
  ],
  ['EPSG:31466', `+proj=tmerc +lat_0=0 +lon_0=6 +k=1 +x_0=2500000 +y_0=0 ${BESSEL_GERMAN} +units=m`], // Gauß-Krüger 2
  ['EPSG:31467', `+proj=tmerc +lat_0=0 +lon_0=9 +k=1 +x_0=3500000 +y_0=0 ${BESSEL_GERMAN} +units=m`], // Gauß-Krüger 3
  ['EPSG:31468', `+proj=tmerc +lat_0=0 +lon_0=12 +k=1 +x_0=4500000 +y_0=0 ${BESSEL_GERMAN} +units=m`], // Gauß-Krüger 4
]);

/** A position in WGS84, degrees; NaN where the system has none for the coordinates. */
interface Wgs84Position {
  longitude: number;
  latitude: number;
}

/**
 * Makes a conversion of positions to WGS84.
 * @param system an EPSG code such as `EPSG:32618`, a PROJ text (`+proj=…`) or WKT. x is to the east or the longitude, y to
 *   the north or the latitude, whatever order the system's own definition has.
 * @returns undefined where the system is not known
 */
export function toWgs84(system: string): ((x: number, y: number) => Wgs84Position) | undefined {
  const name = system.trim();
  const converter = converterOf(DEFINITIONS.get(name.toUpperCase()) ?? name);
  if (converter === undefined) return undefined;
  return (x, y) => {
    if (!Number.isFinite(x) || !Number.isFinite(y)) return { longitude: NaN, latitude: NaN };
    try {
      const [longitude = NaN, latitude = NaN] = converter.forward([x, y]);
      return { longitude, latitude };
    } catch {
      // Outside of what the projection is defined for.
      return { longitude: NaN, latitude: NaN };
    }
  };
}

function converterOf(definition: string): proj4.Converter | undefined {
  try {
    return proj4(definition, 'EPSG:4326');
  } catch {
    return undefined;
  }
}
