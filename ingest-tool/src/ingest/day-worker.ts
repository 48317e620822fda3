import { workerData } from 'node:worker_threads';
import { answerJobs } from '../threads/answer-jobs';
import { openSequence, type DayJob, type DaySettings } from './day-job';
import type { DayAnswer } from './day-sequence';

/** A thread that makes files of the rows of days. */
const settings: DaySettings = workerData;
answerJobs<DayJob, DayAnswer>(openSequence(settings), ({ finished, spent }) =>
  finished?.bytes === undefined ? spent : [...spent, finished.bytes],
);
