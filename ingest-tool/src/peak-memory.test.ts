import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { peakMemory } from './peak-memory';

it('grows with what is held, and is not what a parent process held', () => {
  const before = peakMemory();
  const held = Buffer.alloc(before + (64 << 20), 1);
  expect(peakMemory()).toBeGreaterThanOrEqual(held.byteLength);
  const module = fileURLToPath(new URL('peak-memory.ts', import.meta.url));
  const script = `import { peakMemory } from ${JSON.stringify(module)}; console.log(peakMemory())`;
  const child = execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]);
  expect(Number(child.toString())).toBeLessThan(held.byteLength);
});
