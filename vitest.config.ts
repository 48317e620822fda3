import { defineConfig } from 'vitest/config';

/** Unit tests stand beside the code; the command-line acceptance tests are in test/cli. Both run in Node. */
export default defineConfig({
  test: {
    include: ['{src,lake-format/src,ingest-tool/src,scripts,bench}/**/*.test.ts', 'test/cli/**/*.test.ts'],
    globalSetup: ['test/support/build-cli.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
