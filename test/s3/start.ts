import { afterAll, describe, it } from 'vitest';
import { NoS3ServerError, RealS3 } from './real-s3';

/** Runs tests against a real S3 server, or skips them, saying why there is none. */
export async function describeWithS3(name: string, tests: (s3: RealS3) => void): Promise<void> {
  try {
    const s3 = await RealS3.start();
    describe(name, () => {
      afterAll(() => s3.stop());
      tests(s3);
    });
  } catch (error) {
    if (!(error instanceof NoS3ServerError)) throw error;
    it.skip(`${name} (skipped: ${error.message})`);
  }
}
