import { workerData } from 'node:worker_threads';
import { answerJobs } from '../threads/answer-jobs';
import { openSequence, type DayJob, type DaySettings } from './day-job';
import type { FinishedDay } from './day-sequence';

/** A thread that makes files of the rows of days. */
const settings: DaySettings = workerData;
answerJobs<DayJob, FinishedDay | undefined>(openSequence(settings), (day) =>
  day?.bytes === undefined ? [] : [day.bytes],
);
