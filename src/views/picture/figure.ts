import type * as ObservablePlot from '@observablehq/plot';
import type { Theme } from '../color-ramp';
import { groupedThousands } from '../value-text';

/** The room a picture has, CSS pixels, how it is coloured, and in which zone its times are: UTC, or the browser's own. */
export interface FigureSpace {
  width: number;
  height: number;
  theme: Theme;
  zone: string;
}

/** The scale of times for a zone; beside UTC and the browser's own Plot knows none. */
export function timeScale(zone: string): 'utc' | 'time' {
  return zone === 'UTC' ? 'utc' : 'time';
}

/** Draws a picture with a library that is loaded when it is first wanted. */
export type DrawFigure = (plot: typeof ObservablePlot, space: FigureSpace) => SVGSVGElement | HTMLElement;

/** Numbers as Plot writes them on its axes: with commas. */
const WITH_COMMAS = /^[-−]?\d{1,3}(,\d{3})+(\.\d+)?$/;

/** Makes one image of a figure, of which only its own name is read: Plot names every group, which parts must not be. */
export function asImage<Figure extends SVGSVGElement | HTMLElement>(figure: Figure, summary: string): Figure {
  for (const part of figure.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label');
  for (const text of figure.querySelectorAll('text')) {
    const written = text.textContent;
    if (WITH_COMMAS.test(written)) text.textContent = groupedThousands(written.replaceAll(',', ''));
  }
  figure.setAttribute('role', 'img');
  figure.setAttribute('aria-label', summary);
  return figure;
}

/** Puts a picture into its place, instead of what was there. */
export function showFigure(place: HTMLElement, figure: Element | undefined): void {
  place.replaceChildren(...(figure ? [figure] : []));
}
