import { expect, it } from 'vitest';
import { collectGarbage, collectRecentGarbage } from './collect-garbage';

it.each([collectGarbage, collectRecentGarbage])(
  'gives back the memory of arrays that nobody uses any more',
  (collect) => {
    const held = (): number => process.memoryUsage().arrayBuffers;
    let array: Uint8Array | undefined = new Uint8Array(64 << 20);
    const before = held();
    expect(array.length).toBe(64 << 20);
    array = undefined;
    collect();
    expect(before - held()).toBeGreaterThanOrEqual(60 << 20);
  },
);
