import { svgElement } from '../svg-element';

/** Dots to draw: positions in CSS pixels of the picture, and a colour for each or for all. */
export interface Dots {
  x: ArrayLike<number>;
  y: ArrayLike<number>;
  color: (index: number) => string;
  radius: number;
}

/**
 * Draws dots on a canvas and gives them as one image of the picture, for tens of thousands of elements would make the
 * page slow. Dots without a finite position are left out.
 * @param width of the picture, CSS pixels
 * @param ground CSS colour behind dots that overlap
 */
export function rasterDots({ x, y, color, radius }: Dots, width: number, height: number): SVGImageElement | null {
  const ratio = Math.min(2, devicePixelRatio || 1);
  const canvas = document.createElement('canvas');
  canvas.width = Math.ceil(width * ratio);
  canvas.height = Math.ceil(height * ratio);
  const context = canvas.getContext('2d');
  if (!context) return null;
  context.scale(ratio, ratio);
  context.globalAlpha = 0.7;
  for (let index = 0; index < x.length; index++) {
    const [left, top] = [x[index] ?? Number.NaN, y[index] ?? Number.NaN];
    if (!Number.isFinite(left) || !Number.isFinite(top)) continue;
    context.fillStyle = color(index);
    context.fillRect(left - radius, top - radius, 2 * radius, 2 * radius);
  }
  return svgElement('image', { href: canvas.toDataURL(), width, height });
}
