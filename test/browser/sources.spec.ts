import { readdir } from 'node:fs/promises';
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { faultAlways, startFaultServer, type FaultPlan } from '../support/fault-server';
import { openNativeLake, type NativeLake } from '../support/native-lake';
import { writeReferenceLake, type ReferenceLake } from '../support/reference-lake';
import { createFolderStore } from '../support/served-store';
import { startTestServer, type TestServer } from '../support/server';

const KEYS = { access: 'AKIDEXAMPLE', secret: 'hunter2/hunter2', token: 'session-token-example' };

let lake: ReferenceLake;
let native: NativeLake;
let server: TestServer;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  lake = await writeReferenceLake({
    stations: ['north', 'south'],
    firstDay: '2025-11-23',
    days: 3,
    filesPerDay: 2,
    rowsPerFile: 60,
    described: true,
  });
  native = await openNativeLake(lake.root);
  server = await startTestServer({ lake: lake.root });
});

test.afterAll(async () => {
  native.close();
  await server.close();
  await lake.remove();
});

test.beforeEach(() => server.forget());

/** What a page said and asked that it should not have; the policy of the site speaks up here too. */
function watch(page: Page): string[] {
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('404')) faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  return faults;
}

const opened = (page: Page) =>
  expect(page.getByRole('region', { name: 'Map', exact: true })).toBeVisible({ timeout: 45_000 });

/** Types a query into the page and waits for its answer, a row a line; gives its receipt. */
async function expectAnswer(page: Page, sql: string, rows: string[]): Promise<string> {
  await page.getByRole('tab', { name: 'SQL' }).click();
  const editor = page.getByRole('textbox', { name: /SQL/ });
  await editor.fill(sql);
  await editor.press('Control+Enter');
  const shown = page.getByRole('grid').getByRole('row');
  const read = async () => (await shown.allInnerTexts()).slice(1).map((text) => text.trim().replace(/\s+/g, ' '));
  await expect.poll(read, { timeout: 45_000 }).toEqual(rows);
  return page.getByTestId('receipt').last().innerText();
}

async function expectNativeCounts(page: Page, where = ''): Promise<string> {
  const sql = `SELECT station, count(*) AS n FROM lake ${where} GROUP BY station ORDER BY station`;
  const rows = await native.query(sql);
  return expectAnswer(
    page,
    sql,
    rows.map(({ station, n }) => `${String(station)} ${String(n)}`),
  );
}

async function withoutPicker(page: Page): Promise<void> {
  await page.addInitScript(() => Reflect.deleteProperty(window, 'showDirectoryPicker'));
}

/** Copies the served lake into the browser's own file system, whose folders have the same handles as the user's. */
async function pickFromOwnFileSystem(page: Page): Promise<void> {
  const files = (await readdir(lake.root, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(lake.root, path.join(entry.parentPath, entry.name)));
  await page.evaluate(async (paths) => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle('my lake', { create: true });
    for (const name of paths) {
      const segments = name.split('/');
      const file = segments.pop() ?? '';
      let place = folder;
      for (const segment of segments) place = await place.getDirectoryHandle(segment, { create: true });
      const writable = await (await place.getFileHandle(file, { create: true })).createWritable();
      const address = `/lake/${name.split('/').map(encodeURIComponent).join('/')}`;
      await writable.write(await (await fetch(address)).arrayBuffer());
      await writable.close();
    }
    Object.assign(window, { showDirectoryPicker: () => Promise.resolve(folder) });
  }, files);
}

test('a folder chosen by an input is a lake, of which only the files that can matter are read', async ({ page }) => {
  const faults = watch(page);
  await withoutPicker(page);
  await page.goto(server.url);
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Open a folder…' }).click();
  await (await chooser).setFiles(lake.root);
  await opened(page);
  expect(decodeURIComponent(page.url())).toContain(`#lake=folder:${path.basename(lake.root)}/`);
  await expectNativeCounts(page);
  const receipt = await expectNativeCounts(page, "WHERE station = 'north' AND time < TIMESTAMP '2025-11-24'");
  expect(receipt).toMatch(/of 12 files/);
  expect(server.lakeRequests().filter(({ path: asked }) => asked.endsWith('.parquet'))).toEqual([]);
  expect(faults).toEqual([]);
});

test('a folder behind a handle is a lake too', async ({ page }) => {
  const faults = watch(page);
  await page.goto(server.url);
  await pickFromOwnFileSystem(page);
  server.forget();
  await page.getByRole('button', { name: 'Open a folder…' }).click();
  await opened(page);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expectNativeCounts(page);
  await expectNativeCounts(page, "WHERE station = 'south' AND day = 24");
  expect(server.lakeRequests()).toEqual([]);
  expect(faults).toEqual([]);
});

test('the link of a folder says elsewhere that it must be chosen again', async ({ page }) => {
  await page.goto(`${server.url}#lake=folder:my%20lake/`);
  await expect(page.getByRole('alert')).toContainText('“my lake” is on the machine where it was chosen', {
    timeout: 45_000,
  });
  await expect(page.getByRole('button', { name: 'Open a folder…' })).toBeVisible();
});

test('dropped Parquet files are opened, and anything else is told what to drop', async ({ page }) => {
  await page.goto(server.url);
  const drop = (names: string[]) =>
    page.evaluate(async (paths) => {
      const transfer = new DataTransfer();
      for (const name of paths) {
        const bytes = name.endsWith('.parquet') ? await (await fetch(name)).arrayBuffer() : new ArrayBuffer(4);
        transfer.items.add(new File([bytes], name.split('/').at(-1) ?? ''));
      }
      const send = (type: string) =>
        document.body.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
      send('dragenter');
      const shown = document.body.innerText.includes('Drop a lake’s folder');
      send('drop');
      return shown;
    }, names);
  expect(await drop(['notes.txt'])).toBe(false);
  await expect(page.getByRole('alert')).toContainText('holds no Parquet file: notes.txt');
  const day = '/lake/station=north/year=2025/month=11/day=23/';
  const [first] = await readdir(path.join(lake.root, day.replace('/lake/', '')));
  await drop([day + (first ?? '')]);
  await expect(page.getByRole('tab', { name: 'SQL' })).toBeVisible({ timeout: 45_000 });
  await expectAnswer(page, 'SELECT count(*) AS n FROM lake', ['60']);
});

test('one Parquet file, several, and a list of them are lakes', async ({ page }) => {
  const faults = watch(page);
  const folder = `${server.url}lake/station=north/year=2025/month=11/`;
  const names = async (day: number) =>
    (await readdir(path.join(lake.root, `station=north/year=2025/month=11/day=${day}`))).sort();
  const [one = '', two = ''] = await names(23);
  await page.goto(server.url);
  const box = page.getByRole('textbox', { name: 'Address of a lake' });
  await box.evaluate(
    (input, text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text', text);
      input.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    },
    `${folder}day=23/${one}\r\n${folder}day=24/${(await names(24))[0] ?? ''}\n`,
  );
  await expect(box).toHaveValue(/day=23.* http.*day=24.*parquet$/);
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await expect(page.getByRole('tab', { name: 'SQL' })).toBeVisible({ timeout: 45_000 });
  await expectAnswer(page, 'SELECT day, count(*) AS n FROM lake GROUP BY ALL ORDER BY day', ['23 60', '24 60']);
  await page.goto(`${server.url}#lake=${folder}day=23/${two}`);
  await expect(page.getByRole('tab', { name: 'SQL' })).toBeVisible({ timeout: 45_000 });
  await expectAnswer(page, 'SELECT count(*) AS n FROM lake', ['60']);
  expect(server.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  expect(faults).toEqual([]);
});

test('keys sign what is asked for, and are nowhere else', async ({ page, context }) => {
  const faults = watch(page);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto(server.url);
  await page.getByRole('textbox', { name: 'Address of a lake' }).fill(`${server.url}lake/`);
  await page.getByText('Keys for a private bucket').click();
  await page.getByLabel('Access key').evaluate((input, keys) => {
    const clipboardData = new DataTransfer();
    const { access, secret, token } = keys;
    clipboardData.setData(
      'text',
      JSON.stringify({ AccessKeyId: access, SecretAccessKey: secret, SessionToken: token }),
    );
    input.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, KEYS);
  await expect(page.getByText('Keys and session token were filled in.')).toBeVisible();
  await expect(page.getByLabel('Secret key')).toHaveValue(KEYS.secret);
  await page.getByLabel('Region').fill('eu-west-1');
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await opened(page);
  await expectNativeCounts(page);
  const asked = server.lakeRequests();
  expect(asked.length).toBeGreaterThan(12);
  expect(asked.filter(({ method }) => method !== 'GET')).toEqual([]);

  await page.getByRole('button', { name: 'Share' }).click();
  await page.getByRole('button', { name: 'Copy the link' }).click();
  await page.keyboard.press('Escape');
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain('region');
  const kept = await page.evaluate(async () =>
    JSON.stringify([
      { ...localStorage },
      { ...sessionStorage },
      await indexedDB.databases(),
      history.state,
      location.href,
      document.title,
      document.documentElement.outerHTML,
    ]),
  );
  for (const text of [copied, kept]) {
    for (const secret of [...Object.values(KEYS), 'X-Amz-']) expect(text).not.toContain(secret);
  }
  // A reload has lost them: this server takes anybody, and now nothing is signed.
  await page.reload();
  await opened(page);
  expect(faults).toEqual([]);
});

test('keys that expire while the lake is open are asked for again, and the link stays', async ({ page }) => {
  let plan: FaultPlan = () => undefined;
  const bucket = await startFaultServer({
    buckets: { sea: createFolderStore(lake.root) },
    plan: (request) => plan(request),
  });
  try {
    const enter = async (secret: string) => {
      await page.getByLabel('Access key').fill(KEYS.access);
      await page.getByLabel('Secret key').fill(secret);
      await page.getByRole('button', { name: 'Open', exact: true }).click();
      await opened(page);
    };
    await page.goto(server.url);
    await page.getByRole('textbox', { name: 'Address of a lake' }).fill(`${bucket.url}sea/`);
    await page.getByText('Keys for a private bucket').click();
    await enter('first');
    await expectNativeCounts(page, "WHERE station = 'north' AND day = 23");
    plan = faultAlways({ kind: 'expired-keys' }, ({ key }) => key.endsWith('.parquet'));
    await page.getByRole('textbox', { name: /SQL/ }).fill('SELECT max(salinity) AS s FROM lake');
    await page.getByRole('textbox', { name: /SQL/ }).press('Control+Enter');
    const alert = page.getByRole('alert').filter({ hasText: 'The temporary keys have expired' }).last();
    await alert.getByRole('button', { name: 'Enter the keys again' }).click();
    await expect(page.getByRole('heading', { name: 'The lake could not be opened' })).toBeVisible();
    await expect(page.getByRole('textbox', { name: 'Address of a lake' })).toHaveValue(`${bucket.url}sea/`);
    plan = () => undefined;
    bucket.clearLog();
    await enter('second');
    expect(page.url()).toContain('tab=sql');
    await expectNativeCounts(page);
    expect(bucket.requests.filter(({ query }) => !query.has('X-Amz-Signature'))).toEqual([]);
  } finally {
    await bucket.close();
  }
});

test('what was opened before is offered again, without secrets, until the list is cleared', async ({ page }) => {
  await page.goto(`${server.url}#lake=/lake/`);
  await opened(page);
  await page.goto(server.url);
  await page.reload();
  const before = page.getByRole('region', { name: 'Opened before' });
  await before.getByRole('button', { name: /\/lake\// }).click();
  await opened(page);
  await page.goto(`${server.url}#lake=${server.lakeUrl}`);
  await opened(page);
  await page.getByTitle('Open another lake').click();
  await expect(before.getByRole('listitem')).toHaveCount(2);
  await before
    .getByRole('button', { name: /^Remove .* from the list$/ })
    .first()
    .click();
  await expect(before.getByRole('listitem')).toHaveText(/ \/lake\/ /);
  await before.getByRole('button', { name: 'Clear the list' }).click();
  await expect(before).toHaveCount(0);
  expect(await page.evaluate(() => localStorage.getItem('tidelake.recent'))).toBeNull();
});

test('a hidden answer shows the rule for each kind of store; a denied one asks for keys', async ({ page, context }) => {
  const silent = await startTestServer({ lake: lake.root, cors: false });
  const denying = await startTestServer({ lake: lake.root, deny: true });
  try {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.goto(`${server.url}#lake=${silent.lakeUrl}`);
    await expect(page.getByRole('alert')).toContainText('does not let this page read the answer', { timeout: 45_000 });
    for (const [store, words] of [
      ['Amazon S3', '"AllowedOrigins"'],
      ['Cloudflare R2', '"AllowedOrigins"'],
      ['MinIO', 'cors_allow_origin'],
      ['nginx', 'add_header'],
    ] as const) {
      await page.getByLabel('Store').selectOption(store);
      await page.getByRole('button', { name: /Copy the rule|Copied/ }).click();
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      expect(copied).toContain(words);
      expect(copied).toContain(new URL(server.url).origin);
    }
    await page.goto(`${server.url}#lake=${denying.lakeUrl}`);
    await expect(page.locator('[data-code="access-denied"]')).toBeVisible({ timeout: 45_000 });
    await expect(page.getByLabel('Secret key')).toBeVisible();
    await page.getByLabel('Access key').fill('AKID');
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await expect(page.getByText('Enter the secret key too')).toBeVisible();
    await page.getByLabel('Secret key').fill('made-up');
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await expect(page.getByRole('alert')).toContainText('These keys may not', { timeout: 45_000 });
  } finally {
    await silent.close();
    await denying.close();
  }
});

test('a plain web folder that cannot be listed says what it needs', async ({ page }) => {
  await page.goto(`${server.url}#lake=${server.url}assets/`);
  await expect(page.getByRole('alert')).toContainText(/cannot be listed|list of its Parquet files/, {
    timeout: 45_000,
  });
});

for (const theme of ['light', 'dark'] as const) {
  test(`the fields for keys and the rules for stores are clean for axe in the ${theme} theme`, async ({ browser }) => {
    const silent = await startTestServer({ lake: lake.root, cors: false });
    const context = await browser.newContext({
      colorScheme: theme,
      reducedMotion: 'reduce',
      viewport: { width: 390, height: 844 },
    });
    try {
      const page = await context.newPage();
      await page.goto(`${server.url}#lake=${silent.lakeUrl}`);
      await page.getByTestId('cors-rule').waitFor({ timeout: 45_000 });
      await page.getByText('Keys for a private bucket').click();
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    } finally {
      await context.close();
      await silent.close();
    }
  });
}
