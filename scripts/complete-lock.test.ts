import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { missingOptionalPackages } from './complete-lock.mjs';

const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')) as Parameters<
  typeof missingOptionalPackages
>[0];

describe('package-lock.json', () => {
  it('names the packages of every platform; if not, run: node scripts/complete-lock.mjs', () => {
    expect(Object.keys(missingOptionalPackages(lock))).toEqual([]);
  });
});

describe('missingOptionalPackages', () => {
  it('takes platform and version from the package that asks for them', () => {
    const parent = { optionalDependencies: { '@x/y-linux-arm64-musl': '1.0.0', '@x/y-win32-x64': '1.0.0' }, dev: true };
    const packages = { '': {}, 'node_modules/y': parent, 'node_modules/@x/y-win32-x64': {} };
    expect(missingOptionalPackages({ packages })).toEqual({
      'node_modules/@x/y-linux-arm64-musl': {
        version: '1.0.0',
        cpu: ['arm64'],
        os: ['linux'],
        libc: ['musl'],
        dev: true,
        optional: true,
      },
    });
  });

  it('does not guess a platform that the name does not say', () => {
    const packages = { 'node_modules/y': { optionalDependencies: { 'y-fast': '1.0.0' } } };
    expect(() => missingOptionalPackages({ packages })).toThrow('y-fast does not say its platform');
  });
});
