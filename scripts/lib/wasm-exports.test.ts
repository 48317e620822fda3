import { describe, expect, it } from 'vitest';
import { keepExports } from './wasm-exports';

/** Functions that return their own index, exported under some names; `(module (func (export "…") (result i32) i32.const …) …)`. */
function moduleOf(names: readonly string[]): Uint8Array<ArrayBuffer> {
  const section = (id: number, body: number[]) => [id, ...size(body.length), ...body];
  const functions = names.flatMap((_, index) => [4 + (size(index).length - 1), 0, 0x41, ...size(index), 0x0b]);
  const exports = names.flatMap((name, index) => [...size(name.length), ...Buffer.from(name), 0, ...size(index)]);
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 0, 1, 0x7f]),
    ...section(3, [...size(names.length), ...names.map(() => 0)]),
    ...section(7, [...size(names.length), ...exports]),
    ...section(10, [...size(names.length), ...functions]),
  ]);
}

const size = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...size(value >> 7)]);

async function exportsOf(module: Uint8Array): Promise<Record<string, () => number>> {
  const { instance } = await WebAssembly.instantiate(Uint8Array.from(module), {});
  return instance.exports as Record<string, () => number>;
}

describe('keepExports', () => {
  it('leaves the exports that are kept, which do what they did', async () => {
    const names = Array.from({ length: 60 }, (_, index) => `function ${index}`);
    const slim = keepExports(moduleOf(names), (name) => name.endsWith('7'));
    const left = await exportsOf(slim);
    expect(Object.entries(left).map(([name, call]) => [name, call()])).toEqual(
      [7, 17, 27, 37, 47, 57].map((index) => [`function ${index}`, index]),
    );
  });

  it('reads numbers of several bytes', async () => {
    const long = 'x'.repeat(300);
    const left = await exportsOf(keepExports(moduleOf([long, 'y', long + 'z']), (name) => name !== 'y'));
    expect([left[long]?.(), left[long + 'z']?.()]).toEqual([0, 2]);
  });

  it('leaves a module as it is where everything is kept, or nothing exported', () => {
    const module = moduleOf(['a', 'b']);
    expect(keepExports(module, () => true)).toEqual(module);
    expect(keepExports(module.subarray(0, 8), () => false)).toEqual(module.subarray(0, 8));
  });

  it('refuses a module that ends in the middle', () => {
    const module = moduleOf(['a', 'b']);
    expect(() => keepExports(module.subarray(0, 28), () => true)).toThrow(RangeError);
  });
});
