declare module 'd3-geo-projection' {
  import type { GeoProjection } from 'd3-geo';
  import type { GeoJSON } from 'geojson';

  export function geoProject<Shape extends GeoJSON>(shape: Shape, projection: GeoProjection): Shape;
}
