import { workerData } from 'node:worker_threads';
import { openStorage } from '../storage/open-storage';
import { answerJobs } from '../threads/answer-jobs';
import { runJob, type Job, type JobResult } from './job';

/** A thread that puts folders together. */
const address: unknown = workerData;
if (typeof address !== 'string') throw new Error('a thread without the address of a lake');
const storage = openStorage(address);

answerJobs<Job, JobResult>(
  async (job) => runJob(await storage, job),
  (result) =>
    result.kind === 'folder' && result.result.kind === 'done' ? result.result.files.map(({ bytes }) => bytes) : [],
);
