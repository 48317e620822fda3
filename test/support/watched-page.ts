import type { BrowserContext, Page } from '@playwright/test';

/**
 * Collects what a page must not do: log an error, throw one, break its own policy, or ask anybody but the servers named here.
 * @param origins addresses that it may ask; requests of `blob:` and `data:` leave the page for nowhere
 * @returns the faults so far, in the order they came
 */
export function watchPage(page: Page, origins: readonly string[]): string[] {
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('request', (request) => {
    const url = request.url();
    if (!origins.some((origin) => url.startsWith(origin)) && !/^(blob|data):/.test(url)) faults.push(url);
  });
  return faults;
}

/** Opens an address in a new page of a profile, watched; files that it saves are downloaded, for no test can answer a picker. */
export async function openWatched(context: BrowserContext, url: string): Promise<{ page: Page; faults: string[] }> {
  await context.addInitScript(() => {
    Object.assign(window, { showSaveFilePicker: undefined });
    // Violations of workers and styles do not reach the console in every case.
    addEventListener(
      'securitypolicyviolation',
      ({ violatedDirective, blockedURI, sourceFile, lineNumber, columnNumber }) =>
        console.error(`policy: ${violatedDirective} ${blockedURI} at ${sourceFile}:${lineNumber}:${columnNumber}`),
    );
  });
  const page = await context.newPage();
  const faults = watchPage(page, [new URL(url).origin]);
  await page.goto(url);
  return { page, faults };
}
