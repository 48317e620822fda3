import { expect, test } from '@playwright/test';
import { makeDemoLake } from '../support/demo-lake';
import { startTestServer, type TestServer } from '../support/server';

let server: TestServer;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  server = await startTestServer({ lake: await makeDemoLake() });
});

test.afterAll(() => server.close());

test('a browser that cannot compile the engine is told which can', async ({ page, context }) => {
  const module = Buffer.from('\0asm\u0001\0\0\0 of tomorrow', 'latin1');
  await context.route('**/duckdb-eh*.wasm', (route) =>
    route.fulfill({ contentType: 'application/wasm', body: module }),
  );
  await page.goto(`${server.url}#lake=/lake/`);
  await expect(page.getByText('This browser cannot run the engine').first()).toBeVisible();
  await expect(page.getByText('Use a newer one').first()).toBeVisible();
});

for (const [screen, hash, heading] of [
  ['first screen', '', 'Ask a bucket of sensor data'],
  ['workbench', '#lake=/lake/', 'RAPID WB2 mooring'],
] as const) {
  test(`the ${screen} is painted while no WebAssembly has arrived`, async ({ page, context }) => {
    let held = 0;
    await context.route('**/*.wasm', () => {
      held += 1;
      return new Promise(() => undefined);
    });
    server.forget();
    await page.goto(server.url + hash);
    await expect(page.getByText(heading).first()).toBeVisible();
    expect(await page.evaluate(() => performance.getEntriesByName('first-contentful-paint').length)).toBe(1);
    if (hash !== '') await expect.poll(() => held).toBeGreaterThan(0);
    expect(server.requests.filter(({ path }) => path.endsWith('.wasm'))).toEqual([]);
  });
}
