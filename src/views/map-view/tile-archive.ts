import type { PMTiles } from 'pmtiles';

/** A PMTiles archive that a map can be drawn from. */
export interface TileArchive {
  url: string;
  /** Shapes, pictures, or heights to be coloured. */
  kind: 'vector' | 'raster' | 'elevation';
  /** Names of the layers of vector tiles. */
  layers: string[];
  /** How pictures tell heights. */
  encoding: 'terrarium' | 'mapbox';
  minZoom: number;
  maxZoom: number;
  /** West, south, east, north, degrees. */
  bounds: [number, number, number, number];
  /** Whom to thank, as plain text. */
  attribution: string;
  /** One tile's bytes, unpacked; undefined where the archive has none there. */
  tile(zoom: number, x: number, y: number, signal: AbortSignal): Promise<ArrayBuffer | undefined>;
}

/**
 * Reads what an archive says of itself: two or three small requests for parts of it, whatever its size.
 * @param address of a PMTiles archive (version 3), absolute or beside the page
 * @throws Error with words for the reader where it cannot be read as one
 */
export async function openTileArchive(address: string): Promise<TileArchive> {
  const url = new URL(address, document.baseURI);
  if (!/^https?:$/.test(url.protocol)) throw new Error(unreadable(address, 'it is no http or https address'));
  // The library says on the console what is wrong with an archive without bounds; here they are made good.
  const { PMTiles: Archive, TileType } = await import('pmtiles');
  const archive = new Archive(url.href);
  try {
    const header = await archive.getHeader();
    const metadata = await archive.getMetadata();
    const about = isRecord(metadata) ? metadata : {};
    const isElevation = about['encoding'] === 'terrarium' || about['encoding'] === 'mapbox';
    const isVector = header.tileType === TileType.Mvt;
    if (!isVector && ![TileType.Png, TileType.Jpeg, TileType.Webp, TileType.Avif].includes(header.tileType)) {
      throw new Error('its tiles are neither vectors (MVT) nor pictures');
    }
    return {
      url: url.href,
      kind: isVector ? 'vector' : isElevation ? 'elevation' : 'raster',
      layers: layerNames(about['vector_layers']),
      encoding: about['encoding'] === 'mapbox' ? 'mapbox' : 'terrarium',
      minZoom: header.minZoom,
      maxZoom: header.maxZoom,
      bounds: boundsOf(header),
      attribution: plainText(about['attribution']),
      tile: (zoom, x, y, signal) => tileOf(archive, zoom, x, y, signal),
    };
  } catch (error) {
    throw new Error(unreadable(url.href, error instanceof Error ? error.message : String(error)), { cause: error });
  }
}

async function tileOf(archive: PMTiles, zoom: number, x: number, y: number, signal: AbortSignal) {
  return (await archive.getZxy(zoom, x, y, signal))?.data;
}

function unreadable(address: string, reason: string): string {
  return (
    `The basemap ${address} could not be read: ${reason.replace(/\.$/, '')}. It has to be a PMTiles archive (version 3) on a ` +
    'server that lets this page read it (CORS) and answers requests for parts of files. The map is drawn without it.'
  );
}

function layerNames(layers: unknown): string[] {
  if (!Array.isArray(layers)) return [];
  return layers.flatMap((layer: unknown) => (isRecord(layer) && typeof layer['id'] === 'string' ? [layer['id']] : []));
}

function boundsOf(header: { minLon: number; minLat: number; maxLon: number; maxLat: number }): TileArchive['bounds'] {
  const { minLon, minLat, maxLon, maxLat } = header;
  return minLon < maxLon && minLat < maxLat ? [minLon, minLat, maxLon, maxLat] : [-180, -90, 180, 90];
}

/** Archives carry HTML for the corner of the map; here its words are enough. */
function plainText(html: unknown): string {
  if (typeof html !== 'string') return '';
  return new DOMParser().parseFromString(html, 'text/html').body.textContent.trim().slice(0, 200);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
