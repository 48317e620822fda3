import { SWATCH_ROW, swatchLegend, swatchPlaces } from './picture/legend';
import { svgElement } from './svg-element';
import { wrapText } from './wrap-text';

const SVG = 'http://www.w3.org/2000/svg';
const CAPTION_SIZE = 11;
const CAPTION_LINE = 15;
const MARGIN = 12;
/** Of a chart with more lines than that many rows name, the legend says how many there are. */
const MOST_LEGEND_ROWS = 8;
/** CSS pixels that a letter of the caption takes on average. */
const LETTER = 5.8;

/** What the page's style sheets do for a picture, which a file must carry itself. */
const STYLES = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-opacity',
  'stroke-dasharray',
  'stroke-linecap',
  'stroke-linejoin',
  'opacity',
  'color',
  'font-family',
  'font-size',
  'font-weight',
  'font-style',
  'font-variant-numeric',
  'text-anchor',
  'dominant-baseline',
  'letter-spacing',
  'paint-order',
  'mix-blend-mode',
  'visibility',
] as const;

/** A picture as a file: the text of an SVG that looks as on the page wherever it is opened, and its size in CSS pixels. */
export interface SavedPicture {
  svg: string;
  width: number;
  height: number;
}

/**
 * Makes a file of drawn SVGs, placed as on the page: their styles are written into it, and below them stand the names of their
 * lines, where they are from and how they were made.
 * @param elements SVGs, or elements that hold them
 * @param caption sentences, one after the other
 * @returns undefined where there is nothing drawn
 */
export function savePicture(elements: readonly Element[], caption: readonly string[]): SavedPicture | undefined {
  const drawn = elements.flatMap(svgsIn).map((svg) => ({ svg, box: svg.getBoundingClientRect() }));
  const seen = drawn.filter(({ box }) => box.width > 0 && box.height > 0);
  if (seen.length === 0) return undefined;
  const left = Math.min(...seen.map(({ box }) => box.left));
  const top = Math.min(...seen.map(({ box }) => box.top));
  const width = Math.ceil(Math.max(...seen.map(({ box }) => box.right)) - left);
  const height = Math.ceil(Math.max(...seen.map(({ box }) => box.bottom)) - top);
  const legend = lineLegend(
    seen.map(({ svg }) => svg),
    width,
    height,
  );
  return pictureFile(
    [...seen.map(({ svg, box }) => placedCopy(svg, box, left, top)), ...(legend ? [legend.element] : [])],
    { width, height: height + (legend?.height ?? 0) },
    caption,
  );
}

/** What the lines of pictures are called, each name once; on the page a list beside them says so. */
function lineLegend(
  pictures: readonly SVGSVGElement[],
  width: number,
  top: number,
): { element: SVGGElement; height: number } | undefined {
  const lines = new Map<string, string>();
  for (const title of pictures.flatMap((svg) => [...svg.querySelectorAll('.series > title')])) {
    if (title.parentElement && !lines.has(title.textContent))
      lines.set(title.textContent, getComputedStyle(title.parentElement).stroke);
  }
  const names = [...lines.keys()];
  if (names.length === 0) return undefined;
  const place = { left: MARGIN, right: width - MARGIN, top: top + MARGIN };
  const places = swatchPlaces(names, place.right - place.left, MOST_LEGEND_ROWS);
  const element = swatchLegend(names, [...lines.values()], places, place);
  const ink = getComputedStyle(document.documentElement).getPropertyValue('--ink').trim();
  const look = { fill: ink, 'font-family': 'sans-serif', 'font-size': CAPTION_SIZE };
  for (const [name, value] of Object.entries(look)) element.setAttribute(name, String(value));
  const rows = (places.at(-1)?.y ?? 0) / SWATCH_ROW + (places.length < names.length ? 2 : 1);
  return { element, height: MARGIN + rows * SWATCH_ROW };
}

/**
 * Makes a file of what is drawn, on the page's ground and above its caption.
 * @param drawn elements that carry their styles themselves, placed within the size, CSS pixels
 */
export function pictureFile(
  drawn: readonly SVGElement[],
  { width, height: bottom }: { width: number; height: number },
  caption: readonly string[],
): SavedPicture {
  const lines = caption.flatMap((sentence) => wrapText(sentence, Math.floor((width - 2 * MARGIN) / LETTER)));
  const height = bottom + MARGIN + lines.length * CAPTION_LINE + MARGIN;
  const page = getComputedStyle(document.documentElement);
  const file = svgElement('svg', { xmlns: SVG, width, height, viewBox: `0 0 ${width} ${height}` });
  file.append(
    svgElement('rect', { width, height, fill: page.getPropertyValue('--surface').trim() }),
    ...drawn,
    captionText(lines, bottom + MARGIN, page.getPropertyValue('--muted').trim()),
  );
  return { svg: new XMLSerializer().serializeToString(file), width, height };
}

function svgsIn(element: Element): SVGSVGElement[] {
  if (element instanceof SVGSVGElement) return [element];
  return [...element.querySelectorAll('svg')].filter((svg) => !svg.parentElement?.closest('svg'));
}

function placedCopy(svg: SVGSVGElement, box: DOMRect, left: number, top: number): SVGSVGElement {
  const copy = styledCopy(svg);
  const place = { x: box.left - left, y: box.top - top, width: box.width, height: box.height };
  for (const [name, value] of Object.entries(place)) copy.setAttribute(name, String(value));
  if (!copy.hasAttribute('viewBox')) copy.setAttribute('viewBox', `0 0 ${box.width} ${box.height}`);
  return copy;
}

function captionText(lines: readonly string[], top: number, fill: string): SVGTextElement {
  const text = svgElement('text', { 'font-family': 'sans-serif', 'font-size': CAPTION_SIZE, fill });
  lines.forEach((line, index) => {
    const span = svgElement('tspan', { x: MARGIN, y: top + index * CAPTION_LINE + CAPTION_SIZE });
    span.textContent = line;
    text.append(span);
  });
  return text;
}

/** A copy whose every element carries the styles that the original gets from the page. */
function styledCopy(drawn: SVGSVGElement): SVGSVGElement {
  const copy = drawn.cloneNode(true) as SVGSVGElement;
  const originals = [drawn, ...drawn.querySelectorAll('*')];
  [copy, ...copy.querySelectorAll('*')].forEach((element, index) => {
    const original = originals[index];
    if (!original) return;
    const style = getComputedStyle(original);
    element.removeAttribute('class');
    element.setAttribute('style', STYLES.map((name) => `${name}:${style.getPropertyValue(name)}`).join(';'));
  });
  // What answers to the pointer only is no part of the picture.
  for (const hidden of copy.querySelectorAll(
    '[aria-hidden="true"][style*="visibility:hidden"], foreignObject, script',
  )) {
    hidden.remove();
  }
  return copy;
}

/**
 * A saved picture as PNG.
 * @param scale pixels of the file for each CSS pixel
 * @throws Error where the browser cannot draw it
 */
export async function pngOf({ svg, width, height }: SavedPicture, scale = 2): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = width * scale;
    canvas.height = height * scale;
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise<Blob>((resolve, reject) =>
      canvas.toBlob(
        (blob) => (blob ? resolve(blob) : reject(new Error('The picture could not be drawn.'))),
        'image/png',
      ),
    );
  } finally {
    URL.revokeObjectURL(url);
  }
}
