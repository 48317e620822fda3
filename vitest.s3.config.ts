import { defineConfig } from 'vitest/config';

/** Tests against an S3 server that is not ours; `npm run test:s3` builds it at first use, which takes minutes. */
export default defineConfig({
  test: {
    include: ['test/s3/**/*.test.ts'],
    globalSetup: ['test/support/build-cli.ts'],
    testTimeout: 120_000,
    hookTimeout: 900_000,
  },
});
