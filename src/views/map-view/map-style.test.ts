import { expect, it } from 'vitest';
import { GRATICULE_LAYERS, mapStyle } from './map-style';

it('the graticule names its meridians and parallels, each once, those of every degree where one looks closer', () => {
  const { layers, sources } = mapStyle('light');
  const namesOf = (source: string) => {
    const found = sources[source];
    const data = found?.type === 'geojson' && typeof found.data === 'object' ? found.data : undefined;
    return 'features' in (data ?? {}) && data?.type === 'FeatureCollection'
      ? data.features.map(({ properties }) => String(properties?.['name']))
      : [];
  };
  const coarse = namesOf('graticule');
  expect(coarse).toHaveLength(36 + 17);
  expect(coarse).toEqual(expect.arrayContaining(['180°', '170° W', '10° E', '80° S', '80° N', '0°']));
  expect(namesOf('graticule-fine')).toEqual(expect.arrayContaining(['77° W', '26° N']));
  const zooms = layers.filter(({ id }) => GRATICULE_LAYERS.includes(id)).map((layer) => [layer.minzoom, layer.maxzoom]);
  expect(new Set(zooms.flat())).toEqual(new Set([undefined, 5.5]));
  expect(zooms).toHaveLength(4);
});
