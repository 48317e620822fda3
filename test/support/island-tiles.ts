const EXTENT = 4096;
const HEADER_BYTES = 127;
const NO_COMPRESSION = 1;
const VECTOR_TILES = 1;

/** A box in degrees. */
export interface Box {
  west: number;
  south: number;
  east: number;
  north: number;
}

/**
 * A PMTiles archive (version 3, nothing compressed) of one vector tile, the whole world at zoom 0, with an island in its layer `earth`
 * and a sea in its layer `water`, as Protomaps' basemaps name them.
 */
export function islandTiles(island: Box): Buffer {
  const metadata = Buffer.from(
    JSON.stringify({
      vector_layers: [{ id: 'earth' }, { id: 'water' }],
      attribution: '<a href="https://example.org">Test <b>islands</b></a>',
    }),
  );
  const tile = Buffer.concat([
    layer('earth', 'earth', island),
    layer('water', 'ocean', { west: -180, south: -85, east: 180, north: 85 }),
  ]);
  // One entry: tile 0, once, so many bytes, at the beginning of the tiles.
  const directory = Buffer.concat([1, 0, 1, tile.length, 1].map(varint));
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('PMTiles');
  header.writeUInt8(3, 7);
  const sections = [directory, metadata, Buffer.alloc(0), tile];
  let offset = HEADER_BYTES;
  for (const [index, section] of sections.entries()) {
    header.writeBigUInt64LE(BigInt(offset), 8 + 16 * index);
    header.writeBigUInt64LE(BigInt(section.length), 16 + 16 * index);
    offset += section.length;
  }
  for (const at of [72, 80, 88]) header.writeBigUInt64LE(1n, at);
  header.set([1, NO_COMPRESSION, NO_COMPRESSION, VECTOR_TILES, 0, 0], 96);
  for (const [index, degrees] of [-180, -85, 180, 85].entries()) header.writeInt32LE(degrees * 1e7, 102 + 4 * index);
  return Buffer.concat([header, ...sections]);
}

/** A layer with one polygon of a kind, as Mapbox Vector Tile 2.1 has it. */
function layer(name: string, kind: string, { west, south, east, north }: Box): Buffer {
  const [left, right] = [west, east].map((longitude) => Math.round(((longitude + 180) / 360) * EXTENT));
  const [bottom, top] = [south, north].map((latitude) => Math.round(mercatorY(latitude) * EXTENT));
  const corners = [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ] as const;
  let [x, y] = [0, 0];
  const steps = corners.map(([nextX = 0, nextY = 0]) => {
    const step = [zigzag(nextX - x), zigzag(nextY - y)];
    [x, y] = [nextX, nextY];
    return step;
  });
  const [first = [], ...others] = steps;
  const [moveTo, lineTo, closePath] = [(1 << 3) | 1, (3 << 3) | 2, (1 << 3) | 7];
  const geometry = [moveTo, ...first, lineTo, ...others.flat(), closePath].map(varint);
  const feature = Buffer.concat([bytes(2, Buffer.from([0, 0])), field(3, 3), bytes(4, Buffer.concat(geometry))]);
  const [key, value] = [bytes(3, Buffer.from('kind')), bytes(4, bytes(1, Buffer.from(kind)))];
  return bytes(
    3,
    Buffer.concat([bytes(1, Buffer.from(name)), bytes(2, feature), key, value, field(5, EXTENT), field(15, 2)]),
  );
}

function mercatorY(latitude: number): number {
  return 0.5 - Math.log(Math.tan(Math.PI / 4 + (latitude * Math.PI) / 360)) / (2 * Math.PI);
}

function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

function varint(value: number): Buffer {
  const out = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    out.push(rest < 128 ? rest : (rest % 128) | 128);
    if (rest < 128) return Buffer.from(out);
  }
}

/** A field of protobuf that is a number. */
function field(number: number, value: number): Buffer {
  return Buffer.concat([varint(number << 3), varint(value)]);
}

/** A field of protobuf that is bytes. */
function bytes(number: number, value: Buffer): Buffer {
  return Buffer.concat([varint((number << 3) | 2), varint(value.length), value]);
}
