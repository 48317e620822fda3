import { chromium, type Browser, type LaunchOptions } from '@playwright/test';
import { findBrowser } from '../../scripts/find-browser.mjs';

/**
 * Starts a headless Chromium that takes self-signed certificates.
 * @throws Error that says what to install, where there is no browser
 */
export function launchChromium({ args = [], ...options }: LaunchOptions = {}): Promise<Browser> {
  return chromium.launch({
    ...options,
    executablePath: findBrowser(),
    // Chromium refuses to run as root with its sandbox.
    args: ['--no-sandbox', '--ignore-certificate-errors', ...args],
  });
}
