import type { Map as MapLibreMap } from 'maplibre-gl';
import { on } from 'svelte/events';
import type { Theme } from '../color-ramp';

/**
 * Lays a copy of the map, in light colours, over it while it is printed: what WebGL has drawn is gone by the time that paper asks
 * for it.
 * @param paint paints the map in a theme, or as it was
 * @returns ends it
 */
export function copyForPaper(map: MapLibreMap, paint: (theme?: Theme) => void): () => void {
  const drawn = map.getCanvas();
  const copy = document.createElement('canvas');
  copy.className = 'map-on-paper';
  const stops = [
    on(window, 'beforeprint', () => {
      paint('light');
      map.redraw();
      [copy.width, copy.height] = [drawn.width, drawn.height];
      copy.style.width = `${drawn.clientWidth}px`;
      copy.getContext('2d')?.drawImage(drawn, 0, 0);
      drawn.before(copy);
    }),
    on(window, 'afterprint', () => {
      copy.remove();
      paint();
    }),
  ];
  return () => stops.forEach((stop) => stop());
}
