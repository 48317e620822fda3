import type { BrowserContext, Page } from '@playwright/test';

/** What the page promises: no task of its thread is longer while it scans, milliseconds. */
export const LONGEST_TASK_MS = 50;

/** Lets the pages of a profile note how long their thread was busy at a time. To be called before they are opened. */
export async function noteTasks(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const tasks: number[] = [];
    Object.assign(window, { tasks });
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
      type: 'longtask',
    });
  });
}

/** The longest task since this was asked last, milliseconds; 0 where none was longer than 50. */
export async function longestTask(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { tasks } = window as unknown as { tasks: number[] };
    return Math.max(0, ...tasks.splice(0));
  });
}
