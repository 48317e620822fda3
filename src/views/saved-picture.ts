import { wrapText } from './wrap-text';

const SVG = 'http://www.w3.org/2000/svg';
const CAPTION_SIZE = 11;
const CAPTION_LINE = 15;
const MARGIN = 12;
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
 * Makes a file of a drawn SVG: its styles are written into it, and below it stands where it is from and how it was made.
 * @param caption sentences, one after the other
 */
export function savePicture(drawn: SVGSVGElement, caption: readonly string[]): SavedPicture {
  const box = drawn.getBoundingClientRect();
  const [width, pictureHeight] = [Math.ceil(box.width), Math.ceil(box.height)];
  const lines = caption.flatMap((sentence) => wrapText(sentence, Math.floor((width - 2 * MARGIN) / LETTER)));
  const height = pictureHeight + MARGIN + lines.length * CAPTION_LINE + MARGIN;
  const page = getComputedStyle(document.documentElement);

  const copy = styledCopy(drawn);
  copy.setAttribute('x', '0');
  copy.setAttribute('y', '0');
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(pictureHeight));
  if (!copy.hasAttribute('viewBox')) copy.setAttribute('viewBox', `0 0 ${width} ${pictureHeight}`);

  const file = document.createElementNS(SVG, 'svg');
  file.setAttribute('xmlns', SVG);
  file.setAttribute('width', String(width));
  file.setAttribute('height', String(height));
  file.setAttribute('viewBox', `0 0 ${width} ${height}`);
  const ground = document.createElementNS(SVG, 'rect');
  ground.setAttribute('width', '100%');
  ground.setAttribute('height', '100%');
  ground.setAttribute('fill', page.getPropertyValue('--surface').trim());
  const words = document.createElementNS(SVG, 'text');
  words.setAttribute('font-family', 'sans-serif');
  words.setAttribute('font-size', String(CAPTION_SIZE));
  words.setAttribute('fill', page.getPropertyValue('--muted').trim());
  lines.forEach((line, index) => {
    const span = document.createElementNS(SVG, 'tspan');
    span.setAttribute('x', String(MARGIN));
    span.setAttribute('y', String(pictureHeight + MARGIN + index * CAPTION_LINE + CAPTION_SIZE));
    span.textContent = line;
    words.append(span);
  });
  file.append(ground, copy, words);
  return { svg: new XMLSerializer().serializeToString(file), width, height };
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
