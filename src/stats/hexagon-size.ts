/** The H3 resolution whose cells are best seen at a zoom of the map: an edge of a dozen to thirty pixels. */
export function resolutionAtZoom(zoom: number): number {
  return Math.min(10, Math.max(0, Math.round(0.71 * zoom + 0.3)));
}
