import { createHash } from 'node:crypto';
import { answerJobs } from '../threads/answer-jobs';

/** A thread that makes a digest of the bytes it is sent, one after another; the job without bytes asks for it. */
const hash = createHash('sha256');

answerJobs<Uint8Array | undefined, string>(
  (bytes) => {
    if (bytes === undefined) return Promise.resolve(hash.digest('hex'));
    hash.update(bytes);
    return Promise.resolve('');
  },
  () => [],
);
