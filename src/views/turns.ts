let last: Promise<void> = Promise.resolve();

/**
 * Resolves in a task of its own, after those of everybody who asked before: what is put up in turns never holds the page's thread
 * for as long as all of it would.
 */
export function nextTurn(): Promise<void> {
  last = last.then(() => new Promise((resolve) => setTimeout(resolve)));
  return last;
}
