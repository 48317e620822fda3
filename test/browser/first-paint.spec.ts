import { expect, test } from '@playwright/test';
import { makeDemoLake } from '../support/demo-lake';
import { startTestServer, type TestServer } from '../support/server';

let server: TestServer;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  server = await startTestServer({ lake: await makeDemoLake() });
});

test.afterAll(() => server.close());

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
