import { defineConfig } from 'vitest/config';

/** Unit tests stand beside the code, those of the test servers too; command-line tests are in test/cli. All run in Node. */
export default defineConfig({
  test: {
    include: ['{src,lake-format/src,ingest-tool/src,scripts,bench}/**/*.test.ts', 'test/{cli,support}/**/*.test.ts'],
    globalSetup: ['test/support/build-cli.ts'],
    // Many tests wait for programs they start, so that more files than cores run at a time.
    maxWorkers: '150%',
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
