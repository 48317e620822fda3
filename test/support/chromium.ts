import { existsSync } from 'node:fs';
import { chromium, type Browser, type LaunchOptions } from '@playwright/test';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser to test with: `CHROME_PATH`, an installed one, or Playwright's own (undefined). */
function findChromium(): string | undefined {
  return process.env['CHROME_PATH'] ?? PLACES.find((place) => existsSync(place));
}

/** Starts a headless Chromium that takes self-signed certificates. */
export function launchChromium(options: LaunchOptions = {}): Promise<Browser> {
  const executablePath = findChromium();
  return chromium.launch({
    ...options,
    ...(executablePath === undefined ? {} : { executablePath }),
    // Chromium refuses to run as root with its sandbox.
    args: ['--no-sandbox', '--ignore-certificate-errors', ...(options.args ?? [])],
  });
}
