import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { BrowserContext, Locator } from '@playwright/test';
import { repackPng } from './repack-png';
import { projectRoot } from './server';

const FOLDER = 'test/browser/pictures';

/** A pixel is another one when a channel differs by more than this, of 255: less is how edges are smoothed. */
const CHANNEL_TOLERANCE = 48;
/** The share of pixels that may be other ones. */
const PIXEL_TOLERANCE = 0.002;

/** Fonts differ between machines: of a picture the words are tested elsewhere. */
const WITHOUT_WORDS = `
  svg text { fill: transparent !important; }
  .maplibregl-marker *, .maplibregl-ctrl { color: transparent !important; }
`;

/**
 * Compares a picture with its reference in test/browser/pictures. Where they differ, the picture as it is now and a map of the
 * differences are written beside the reference, as `<name>-changed.png` and `<name>-difference-changed.png`.
 * `ACCEPT_PICTURES=1` makes every picture its own reference.
 * @throws Error that says how many pixels differ, where to look, and how to accept
 */
export async function expectPicture(target: Locator, name: string): Promise<void> {
  const file = (ending: string) => path.join(projectRoot, FOLDER, `${name}${ending}.png`);
  const [reference, changed, difference] = [file(''), file('-changed'), file('-difference-changed')];
  const shown = await restingPicture(target);
  for (const old of [changed, difference]) rmSync(old, { force: true });
  if (process.env['ACCEPT_PICTURES'] === '1') {
    mkdirSync(path.dirname(reference), { recursive: true });
    writeFileSync(reference, repackPng(shown));
    return;
  }
  const accept = 'If it is right, make it the reference with: ACCEPT_PICTURES=1 npx playwright test pictures.spec';
  if (!existsSync(reference)) {
    writeFileSync(changed, shown);
    throw new Error(`The picture ${name} has no reference. Look at ${path.relative(projectRoot, changed)}. ${accept}`);
  }
  const found = await compare(target.page().context(), readFileSync(reference), shown);
  if (found.different <= PIXEL_TOLERANCE * found.pixels) return;
  writeFileSync(changed, shown);
  writeFileSync(difference, Buffer.from(found.map, 'base64'));
  throw new Error(
    `The picture ${name} is another one: ${found.different} of ${found.pixels} pixels differ. ` +
      `Look at ${path.relative(projectRoot, changed)} and, red where it differs, ${path.relative(projectRoot, difference)}. ${accept}`,
  );
}

/** How many pixels of two PNGs differ by more than smoothing does; all of the larger one where their sizes differ. */
export async function differingPixels(context: BrowserContext, first: Buffer, second: Buffer): Promise<number> {
  return (await compare(context, first, second)).different;
}

/** The picture once it is the same twice in a row. */
async function restingPicture(target: Locator): Promise<Buffer> {
  const take = () => target.screenshot({ animations: 'disabled', caret: 'hide', style: WITHOUT_WORDS });
  let before = await take();
  for (let attempt = 0; attempt < 20; attempt++) {
    const now = await take();
    if (now.equals(before)) return now;
    before = now;
  }
  throw new Error('The picture does not come to rest');
}

interface Comparison {
  different: number;
  pixels: number;
  /** A PNG in base64: the second picture pale, red where they differ. */
  map: string;
}

/** Compares in a page of its own, because a browser decodes PNG. */
async function compare(context: BrowserContext, first: Buffer, second: Buffer): Promise<Comparison> {
  const page = await context.newPage();
  try {
    return await page.evaluate(
      async ({ encoded, tolerance }) => {
        const images = await Promise.all(
          encoded.map(async (base64) => {
            const image = new Image();
            image.src = `data:image/png;base64,${base64}`;
            await image.decode();
            return image;
          }),
        );
        const canvas = document.createElement('canvas');
        canvas.width = Math.max(...images.map(({ naturalWidth }) => naturalWidth));
        canvas.height = Math.max(...images.map(({ naturalHeight }) => naturalHeight));
        const context = canvas.getContext('2d', { willReadFrequently: true });
        if (!context) throw new Error('There is no canvas');
        const pixels = canvas.width * canvas.height;
        const [before, after] = images.map((image) => {
          context.clearRect(0, 0, canvas.width, canvas.height);
          context.drawImage(image, 0, 0);
          return context.getImageData(0, 0, canvas.width, canvas.height);
        });
        if (!before || !after) throw new Error('There are no two pictures');
        let different = 0;
        for (let at = 0; at < after.data.length; at += 4) {
          const isSame = [0, 1, 2, 3].every(
            (channel) => Math.abs((before.data[at + channel] ?? 0) - (after.data[at + channel] ?? 0)) <= tolerance,
          );
          if (!isSame) different++;
          after.data.set(
            isSame ? [0, 1, 2].map((channel) => 191 + (after.data[at + channel] ?? 0) / 4) : [220, 0, 0],
            at,
          );
          after.data[at + 3] = 255;
        }
        context.putImageData(after, 0, 0);
        const sameSize = images.every(
          (image) => image.naturalWidth === canvas.width && image.naturalHeight === canvas.height,
        );
        return {
          different: sameSize ? different : pixels,
          pixels,
          map: canvas.toDataURL('image/png').replace(/^.*,/, ''),
        };
      },
      { encoded: [first, second].map((png) => png.toString('base64')), tolerance: CHANNEL_TOLERANCE },
    );
  } finally {
    await page.close();
  }
}
