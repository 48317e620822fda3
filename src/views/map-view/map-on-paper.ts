import type { Map as MapLibreMap } from 'maplibre-gl';
import { on } from 'svelte/events';

/**
 * Lays a copy of the map beneath it while it is printed: what WebGL has drawn is gone by the time that paper asks for it. It ends
 * with the map.
 */
export function copyForPaper(map: MapLibreMap): void {
  const drawn = map.getCanvas();
  const copy = document.createElement('canvas');
  copy.className = 'map-on-paper';
  const stops = [
    on(window, 'beforeprint', () => {
      map.redraw();
      [copy.width, copy.height] = [drawn.width, drawn.height];
      copy.style.width = `${drawn.clientWidth}px`;
      copy.getContext('2d')?.drawImage(drawn, 0, 0);
      drawn.before(copy);
    }),
    on(window, 'afterprint', () => copy.remove()),
  ];
  map.on('remove', () => stops.forEach((stop) => stop()));
}
