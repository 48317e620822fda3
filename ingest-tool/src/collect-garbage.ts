import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: unknown;

/**
 * Gives back at once what nobody uses any more. Large arrays are little to the collector, which counts objects: it lets hundreds of
 * megabytes of them lie about while as much again is taken. For moments when much became garbage, as it takes some 20 ms.
 */
export function collectGarbage(): void {
  const run = collector();
  if (typeof run === 'function') run();
}

/** Gives back what was made a moment ago and is not used any more, which takes a millisecond. */
export function collectRecentGarbage(): void {
  const run = collector();
  if (typeof run === 'function') run({ type: 'minor' });
}

function collector(): unknown {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc');
  }
  return collect;
}
