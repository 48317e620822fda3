import { defineConfig } from 'vitest/config';

/** Other engines read a lake; `npm run test:interop` installs them at first use, which takes minutes and 1.6 GB. */
export default defineConfig({
  test: {
    include: ['test/interop/**/*.test.ts'],
    globalSetup: ['test/support/build-cli.ts'],
    testTimeout: 300_000,
    hookTimeout: 900_000,
  },
});
