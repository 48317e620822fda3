import { expect, type Locator, type Page } from '@playwright/test';

/** A way to use the page. */
export interface Hand {
  /** Presses a button or whatever else can be. */
  press(target: Locator): Promise<void>;
  /** Shows a tab of the page. */
  show(tab: string): Promise<void>;
  /** Opens the list of commands and runs the first that is called so. */
  command(text: string): Promise<void>;
  /** Zooms the chart to a sixth or so of its window, around a position. */
  zoom(around: { x: number; y: number }): Promise<void>;
}

const chartOf = (page: Page) => page.getByRole('application');

/** Points and drags. */
export function mouseHand(page: Page): Hand {
  return {
    press: (target) => target.click(),
    show: (tab) => page.getByRole('tab', { name: tab, exact: true }).click(),
    command: (text) => runCommand(page, () => page.keyboard.press('Control+K'), text),
    async zoom({ x, y }) {
      await page.mouse.move(x - 60, y);
      await page.mouse.down();
      await page.mouse.move(x + 60, y, { steps: 4 });
      await page.mouse.up();
    },
  };
}

/** Uses keys alone: what is pressed has been reached by Tab, and every other key is one that the page names. */
export function keyboardHand(page: Page): Hand {
  return {
    async press(target) {
      await reach(page, target);
      await page.keyboard.press('Enter');
    },
    async show(tab) {
      await reach(page, page.getByRole('tab', { selected: true }));
      const wanted = page.getByRole('tab', { name: tab, exact: true });
      for (let step = 0; step < 4 && !(await isFocused(wanted)); step++) await page.keyboard.press('ArrowRight');
      await expect(wanted).toBeFocused();
    },
    command: (text) => runCommand(page, () => page.keyboard.press('Control+K'), text),
    async zoom() {
      await reach(page, chartOf(page));
      for (let step = 0; step < 3; step++) await page.keyboard.press('+');
    },
  };
}

/** Taps, and spreads two fingers. */
export function touchHand(page: Page): Hand {
  return {
    press: (target) => target.tap(),
    show: (tab) => page.getByRole('tab', { name: tab, exact: true }).tap(),
    command: (text) => runCommand(page, () => page.getByRole('button', { name: 'Commands' }).tap(), text),
    async zoom({ x, y }) {
      const session = await page.context().newCDPSession(page);
      const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', apart: number) =>
        session.send('Input.dispatchTouchEvent', {
          type,
          touchPoints: type === 'touchEnd' ? [] : [-apart, apart].map((dx, id) => ({ x: x + dx, y, id })),
        });
      await touch('touchStart', 15);
      for (const apart of [30, 60, 90]) await touch('touchMove', apart);
      await touch('touchEnd', 90);
      await session.detach();
    },
  };
}

async function runCommand(page: Page, open: () => Promise<void>, text: string): Promise<void> {
  await open();
  await page.getByRole('combobox', { name: 'Search commands' }).waitFor();
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
}

const isFocused = (target: Locator) => target.evaluate((element) => element === document.activeElement);

/** Goes from element to element with Tab, towards the one that is wanted. */
async function reach(page: Page, target: Locator): Promise<void> {
  for (let step = 0; step < 150; step++) {
    const { way, takesTab } = await target.evaluate((element) => {
      const now = document.activeElement;
      const isBefore = now !== null && (now.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_PRECEDING) !== 0;
      return {
        way: now === element ? 'here' : isBefore ? 'before' : 'after',
        takesTab: Boolean(now?.closest('.cm-editor')),
      };
    });
    if (way === 'here') return;
    if (takesTab) await page.keyboard.press('Escape');
    await page.keyboard.press(way === 'before' ? 'Shift+Tab' : 'Tab');
  }
  await expect(target).toBeFocused();
}
