import { readFileSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, expect, type Page, test } from '@playwright/test';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { expectAxeClean } from '../support/axe';
import { type Hand, keyboardHand, mouseHand, touchHand } from '../support/hand';
import { type NativeLake, openNativeLake } from '../support/native-lake';
import { differingPixels } from '../support/picture-comparison';
import { startTestServer, type TestServer } from '../support/server';
import { makeSpikedLake, SPIKES } from '../support/spiked-lake';
import { openWatched } from '../support/watched-page';
import { lines, settled } from '../support/workbench';

/** Time enough for a slow machine; none of the steps is timed. */
const SLOW = { timeout: 45_000 };
const DESK = { viewport: { width: 1440, height: 900 } };
const SQL = `SELECT device_id, count(*) AS n, count(*) FILTER (WHERE temperature_qc = 4) AS failed FROM lake
  WHERE station IN $stations AND time >= $from AND time < $to GROUP BY ALL ORDER BY 1`;

let native: NativeLake;
let server: TestServer;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  const lake = await makeSpikedLake();
  native = await openNativeLake(lake);
  server = await startTestServer({ lake });
});

test.afterAll(async () => {
  native.close();
  await server.close();
});

async function emptyProfile(browser: Browser, options: BrowserContextOptions, address = '') {
  const context = await browser.newContext({ ...DESK, reducedMotion: 'reduce', acceptDownloads: true, ...options });
  return { context, ...(await openWatched(context, server.url + address)) };
}

const editor = (page: Page) => page.getByRole('textbox', { name: 'SQL over the table lake' });
const answer = (page: Page) => page.getByRole('grid', { name: 'Answer of the SQL query' });
const notes = (page: Page) => page.getByTestId('series-notes');
const summary = (page: Page) => page.locator('.time-series-plot');
const counted = (count: unknown) => String(count).replace(/\B(?=(\d{3})+$)/g, '\u202f');

/** What the SQL of the page may say of time, of the window that its link names. */
function windowOf(page: Page): string {
  const link = new URLSearchParams(new URL(page.url()).hash.slice(1));
  return `time >= TIMESTAMP '${link.get('from')}' AND time < TIMESTAMP '${link.get('to')}'`;
}

/** From an empty profile to the readings of a few days without those that failed, and SQL about them. */
async function travel(page: Page, hand: Hand): Promise<void> {
  const address = page.getByRole('textbox', { name: /address/i });
  await hand.press(address);
  await address.fill('/lake/');
  await page.keyboard.press('Enter');
  await settled(page);

  await hand.command('wb2-below');
  await expect(page).toHaveURL(/station=wb2-below/);
  await expect(page.getByTestId('chart-window')).toHaveText('2012-01-01 to 2012-02-01 UTC');
  const choices = page.getByText('Choose', { exact: true });
  if (await choices.isVisible()) await hand.press(choices);
  await hand.press(page.getByRole('button', { name: 'Earlier' }));
  if (await choices.isVisible()) await hand.press(choices);
  await expect(page.getByTestId('chart-window')).toHaveText('2011-12-01 to 2012-01-01 UTC');
  await settled(page);

  // No column of pixels loses its extremes, so that two readings of a month stand out.
  await expect(page.locator('.range')).toContainText(`… ${SPIKES.celsius.toFixed(3)} °C`, SLOW);
  await hand.press(page.getByRole('button', { name: 'Mark flags' }));
  await expect(notes(page)).toContainText('fail: 2 drawn', SLOW);
  const spot = await page.locator('.flag.fail').boundingBox();
  if (!spot) throw new Error('no failed reading is drawn');
  await hand.zoom({ x: spot.x + spot.width / 2, y: spot.y + spot.height / 2 });
  await expect(page).toHaveURL(/from=2011-12-1\dT.*to=2011-12-1\dT/);
  await settled(page);
  await expect(notes(page)).toContainText('fail: 2 drawn', SLOW);

  const [known] = await native.query(`SELECT count(*) AS n FROM lake WHERE ${windowOf(page)}`);
  await expect(page.getByTestId('map-legend')).toContainText(`n ${counted(known?.['n'])} in 2 of 2 stations`, SLOW);
  await hand.press(page.getByRole('button', { name: 'Hide fail' }));
  await expect(page.locator('.flag.fail')).toHaveCount(0, SLOW);
  await expect(page.locator('.range')).not.toContainText(SPIKES.celsius.toFixed(3));
  await settled(page);
  await expect(page.getByTestId('map-legend')).toContainText(
    `n ${counted(Number(known?.['n']) - SPIKES.times.length)} in 2 of 2 stations`,
    SLOW,
  );

  await hand.show('SQL');
  await expect(page.locator('.cm-editor')).toBeVisible(SLOW);
  await editor(page).fill(SQL);
  await editor(page).press('Control+Enter');
  const rows = await native.query(
    SQL.replace('station IN $stations', "station = 'wb2-below'").replace(/time >= .* \$to/, windowOf(page)),
  );
  const wanted = rows.flatMap((row) => Object.values(row).map(String));
  expect(wanted).toHaveLength(9);
  await expect(answer(page).getByRole('gridcell')).toHaveText(wanted, SLOW);
}

/** Opens what there is to share, and reads the link. */
async function shared(page: Page, hand: Hand): Promise<string> {
  await hand.command('share');
  const link = await page.getByTestId('share').getByLabel('Link').inputValue();
  await expect(page.getByTestId('share').getByLabel('Frame for a page of yours')).toHaveValue(/<iframe .*embed=1/);
  return link;
}

/** Asks for the observations of the window as Parquet. */
async function exported(page: Page, hand: Hand) {
  await hand.command('export');
  await page.getByRole('radio', { name: /Parquet/ }).check();
  const [row] = await native.query(
    `SELECT count(*) AS n, count(*) FILTER (WHERE temperature_qc = 4) AS failed, sum(salinity)::DOUBLE AS salt,
      sum(temperature) FILTER (WHERE temperature_qc <> 4)::DOUBLE AS heat FROM lake
    WHERE station = 'wb2-below' AND ${windowOf(page)}`,
  );
  const dialog = page.getByTestId('export');
  await expect(dialog).toContainText('Readings that are flagged as fail are left out.');
  await expect(page.getByTestId('export-size')).toContainText(`${counted(row?.['n'])} rows, about`, SLOW);
  return {
    row,
    async save() {
      const button = page.getByRole('button', { name: 'Save the file' });
      const [download] = await Promise.all([page.waitForEvent('download', SLOW), hand.press(button)]);
      return { name: download.suggestedFilename(), file: readFileSync(await download.path()) };
    },
  };
}

/** The picture as text, and as pixels without the clock's hand of anything that moves. */
async function pictureOf(page: Page) {
  return {
    lines: await lines(page).evaluateAll((paths) => paths.map((path) => path.getAttribute('d'))),
    summary: await summary(page).getAttribute('aria-label'),
    legend: await page.getByTestId('map-legend').innerText(),
    answer: await answer(page).innerText(),
  };
}

const pixelsOf = (page: Page) => page.locator('.chart-panel .body').screenshot({ animations: 'disabled' });

async function drop(page: Page, name: string, file: Buffer): Promise<void> {
  await page.evaluate(
    ({ name: called, base64 }) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([bytes], called));
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    },
    { name, base64: file.toString('base64') },
  );
}

test('from a bucket to an anomaly, SQL, a link that gives the same picture elsewhere, and a file that is a lake again', async ({
  browser,
}) => {
  test.setTimeout(240_000);
  const { context, page, faults } = await emptyProfile(browser, {});
  const hand = mouseHand(page);
  await travel(page, hand);
  await expectAxeClean(page, 'SQL');

  const link = await shared(page, hand);
  await expectAxeClean(page, 'share');
  await page.keyboard.press('Escape');
  const other = await emptyProfile(browser, {}, link.slice(server.url.length));
  await settled(other.page);
  await expect(other.page.getByText('Run this SQL from the link?')).toBeVisible();
  await other.page.getByRole('button', { name: 'Run it' }).click();
  await expect(answer(other.page).getByRole('gridcell')).toHaveCount(9, SLOW);
  await expect.poll(() => pictureOf(other.page)).toEqual(await pictureOf(page));
  await page.mouse.move(0, 0);
  expect(await differingPixels(context, await pixelsOf(page), await pixelsOf(other.page))).toBe(0);
  expect(other.faults).toEqual([]);
  await other.context.close();

  // What is exported is what native DuckDB finds in the window, without what failed.
  const { row, save } = await exported(page, hand);
  await expectAxeClean(page, 'export');
  const { name, file } = await save();
  for (const kind of ['SVG', 'PNG'] as const) {
    const [picture] = await Promise.all([
      page.waitForEvent('download', SLOW),
      page.getByRole('button', { name: `Save as ${kind}` }).click(),
    ]);
    const bytes = readFileSync(await picture.path());
    if (kind === 'PNG') expect(bytes.subarray(1, 4).toString()).toBe('PNG');
    else
      expect(bytes.toString()).toMatch(
        /<path [^>]*stroke:rgb.*>sbe37-3901 · 2300 m<\/text>.*>Water temperature, 3 devices, .*below 1000 m.*flagged as fail are left out.*Source: http/s,
      );
  }
  await page.keyboard.press('Escape');
  expect(name).toMatch(/^tidelake_wb2-below_2011-12-1\d_2011-12-1\d\.parquet$/);
  const rows = await parquetReadObjects({
    file: file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength),
    compressors,
  });
  const total = (column: string) => rows.reduce((sum, each) => sum + Number(each[column] ?? 0), 0);
  expect(rows).toHaveLength(Number(row?.['n']));
  expect(rows.filter(({ temperature_qc: flag }) => Number(flag) === 4)).toHaveLength(Number(row?.['failed']));
  expect(rows.every(({ temperature_qc: flag, temperature: value }) => (Number(flag) === 4) === (value === null))).toBe(
    true,
  );
  expect(total('salinity')).toBeCloseTo(Number(row?.['salt']), 6);
  expect(total('temperature')).toBeCloseTo(Number(row?.['heat']), 6);

  // Dropped on the page it is a lake, which over the same window shows the same points.
  const [from = '', to = ''] = (await page.getByTestId('chart-window').innerText()).split(' to ');
  const points = / devices, .*: [^.]* points drawn, from [-\d.]+ to [-\d.]+/;
  const [shown] = points.exec((await summary(page).getAttribute('aria-label')) ?? '') ?? [];
  expect(shown).toBeDefined();
  await drop(page, name, file);
  await expect(page).toHaveURL(/lake=folder:/);
  await settled(page);
  await page.getByRole('textbox', { name: 'From' }).fill(from);
  await page.getByRole('textbox', { name: 'Until' }).fill(to.replace(' UTC', ''));
  await page.getByRole('textbox', { name: 'Until' }).press('Enter');
  await expect(summary(page)).toHaveAttribute('aria-label', new RegExp(escaped(shown ?? '')), SLOW);
  expect(faults).toEqual([]);
  await context.close();
});

test('the same way is gone with the keyboard alone', async ({ browser }) => {
  test.setTimeout(180_000);
  const { context, page, faults } = await emptyProfile(browser, {});
  await page.keyboard.press('Tab');
  await expect(page.getByText('Skip to the content')).toBeFocused();
  await page.keyboard.press('Enter');
  const hand = keyboardHand(page);
  await travel(page, hand);
  await shared(page, hand);
  await page.keyboard.press('Escape');
  await (await exported(page, hand)).save();
  await page.keyboard.press('Escape');
  // Values are read, a window is left and another variable is chosen by keys too.
  await hand.press(page.getByRole('button', { name: 'Reset zoom' }));
  await expect(page.getByTestId('chart-window')).toHaveText('2012-01-01 to 2012-02-01 UTC');
  await settled(page);
  await page.keyboard.press('Tab');
  await expect(page.getByRole('application')).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByTestId('reading-value')).toBeVisible();
  expect(faults).toEqual([]);
  await context.close();
});

test('the same way is gone on a phone, and nothing scrolls sideways', async ({ browser }) => {
  test.setTimeout(180_000);
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  const { context, page, faults } = await emptyProfile(browser, phone);
  const hand = touchHand(page);
  await travel(page, hand);
  await shared(page, hand);
  await page.keyboard.press('Escape');
  await exported(page, hand);
  await expectAxeClean(page, 'export on a phone');
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  expect(faults).toEqual([]);
  await context.close();
});

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
