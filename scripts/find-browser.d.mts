/**
 * The browser to test with: `CHROME_PATH`, an installed Chrome or Chromium, Playwright's own, in this order.
 * @throws Error that says what to do, where there is none
 */
export function findBrowser(): string;
