import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from '@playwright/test';
import { canInstallPackages, installPackages } from './lib/debian.mjs';

const NAMES = ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser', 'microsoft-edge'];

const ADVICE =
  'No Chrome or Chromium was found. Install one (https://www.google.com/chrome, or `apt-get install chromium`), or ' +
  'set CHROME_PATH to the program, or let Playwright fetch its own: npx playwright install chromium';

/**
 * The browser to test with: `CHROME_PATH`, an installed Chrome or Chromium, Playwright's own, in this order.
 * @throws Error that says what to do, where there is none
 */
export function findBrowser() {
  const named = process.env.CHROME_PATH;
  if (named) {
    if (existsSync(named)) return named;
    throw new Error(`CHROME_PATH is ${named}, and there is no such file. Correct it, or unset it.`);
  }
  const found = [...installedPaths(), chromium.executablePath()].find((candidate) => existsSync(candidate));
  if (found === undefined) throw new Error(ADVICE);
  return found;
}

/**
 * {@link findBrowser}, and where there is none, on Debian and Ubuntu as root, Debian's Chromium, installed now.
 * @throws Error that says what to do
 */
export function findOrInstallBrowser() {
  try {
    return findBrowser();
  } catch (error) {
    if (process.env.CHROME_PATH || !canInstallPackages()) throw error;
    console.log('No Chrome or Chromium was found: installing Debian’s.');
    if (!installPackages('chromium'))
      throw new Error(`apt-get could not install chromium. ${ADVICE}`, { cause: error });
    return findBrowser();
  }
}

function installedPaths() {
  const { PATH = '', PROGRAMFILES, LOCALAPPDATA } = process.env;
  if (process.platform === 'darwin') {
    const applications = ['Google Chrome', 'Chromium', 'Microsoft Edge'];
    return applications.map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
  }
  if (process.platform === 'win32') {
    const folders = [PROGRAMFILES, process.env['PROGRAMFILES(X86)'], LOCALAPPDATA].filter(Boolean);
    const programs = ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe'];
    return programs.flatMap((program) => folders.map((folder) => path.join(folder, program)));
  }
  const folders = [...new Set([...PATH.split(path.delimiter).filter(Boolean), '/usr/bin', '/snap/bin'])];
  return NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    console.log(findOrInstallBrowser());
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
