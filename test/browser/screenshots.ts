import { mkdirSync, readdirSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { chromium } from '@playwright/test';
import { findBrowser } from '../../scripts/find-browser.mjs';
import { makeDemoLake } from '../support/demo-lake';
import { writeDrifterLake } from '../support/drifter-lake';
import { writeFlaggedLake } from '../support/flagged-lake';
import { repackPng } from '../support/repack-png';
import { projectRoot, startTestServer } from '../support/server';
import { SCREENS } from './screens';

/** Writes docs/screenshots: every screen, light and dark, on a desk and on a phone; what is no screen any more is removed. */
const sizes = [
  { name: 'desk', viewport: { width: 1440, height: 900 } },
  { name: 'phone', viewport: { width: 390, height: 844 } },
];

const folder = path.join(projectRoot, 'docs/screenshots');
mkdirSync(folder, { recursive: true });
const lake = await makeDemoLake();
const mast = await writeFlaggedLake();
const drifters = await writeDrifterLake(24, 12);
const servers = {
  demo: await startTestServer({ lake }),
  mast: await startTestServer({ lake: mast.root }),
  drifters: await startTestServer({ lake: drifters.root }),
  denied: await startTestServer({ lake, deny: true }),
};
const browser = await chromium.launch({ executablePath: findBrowser(), args: ['--enable-unsafe-swiftshader'] });
const written = new Set<string>();
for (const { name: size, viewport } of sizes) {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const { lake: of, hash, visit } of SCREENS) {
      const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' });
      const page = await context.newPage();
      await page.goto(`${servers[of].url}${hash}`);
      await visit(page, async (name, part) => {
        const file = path.join(folder, `${name}-${size}-${colorScheme}.png`);
        writeFileSync(file, repackPng(await (part ?? page).screenshot({ animations: 'disabled' })));
        written.add(path.basename(file));
        console.log(`${path.relative(projectRoot, file)}  ${Math.round(statSync(file).size / 1000)} kB`);
      });
      await context.close();
    }
  }
}
for (const file of readdirSync(folder)) if (!written.has(file)) unlinkSync(path.join(folder, file));
await browser.close();
await Promise.all(Object.values(servers).map((server) => server.close()));
await Promise.all([mast.remove(), drifters.remove()]);
