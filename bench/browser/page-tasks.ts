import type { Page } from '@playwright/test';

/** What the page promises: no task of its thread is longer while it scans, milliseconds. */
export const LONGEST_TASK_MS = 50;

/** A while in which a page's thread did one thing. */
export interface PageTask {
  /** Milliseconds since the navigation. */
  start: number;
  /** Milliseconds; browsers tell of no task shorter than 50. */
  duration: number;
}

/** A script that ran in a long frame. */
interface FrameScript extends PageTask {
  /** What called it, and where it stands. */
  what: string;
}

/** Long tasks of a page, and the scripts of its long frames. */
export interface PageTasks {
  tasks: PageTask[];
  scripts: FrameScript[];
}

/** To be run in a page before its own scripts: has it note how long its thread is busy at a time. */
export const NOTE_TASKS = `{
  const noted = (window.pageTasks = { tasks: [], scripts: [] });
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) noted.tasks.push({ start: startTime, duration });
  }).observe({ type: 'longtask', buffered: true });
  new PerformanceObserver((list) => {
    for (const { scripts } of list.getEntries())
      for (const { startTime, duration, invoker, sourceURL, sourceFunctionName } of scripts)
        noted.scripts.push({
          start: startTime,
          duration,
          what: [invoker, sourceFunctionName, sourceURL.split('/').pop()].filter(Boolean).join(' '),
        });
  }).observe({ type: 'long-animation-frame', buffered: true });
}`;

/** The long tasks since this was asked last. */
export async function takeTasks(page: Page): Promise<PageTasks> {
  return page.evaluate(() => {
    const { pageTasks } = window as unknown as { pageTasks: PageTasks };
    return { tasks: pageTasks.tasks.splice(0), scripts: pageTasks.scripts };
  });
}

/** The longest of some tasks, and what most of it was. */
export function longestOf({ scripts }: PageTasks, tasks: readonly PageTask[]): { duration: number; what: string } {
  const [task] = tasks.toSorted((left, right) => right.duration - left.duration);
  if (!task) return { duration: 0, what: 'none of 50 ms' };
  const end = task.start + task.duration;
  const [script] = scripts
    .filter(({ start }) => start >= task.start - 1 && start < end)
    .toSorted((left, right) => right.duration - left.duration);
  const what = script ? `${script.what}, ${Math.round(script.duration)} ms` : 'no script: style, layout or paint';
  return { duration: task.duration, what };
}
