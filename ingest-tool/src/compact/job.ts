import type { ColumnDescription } from '@tidelake/lake-format';
import type { LakeStorage, StoredObject } from '../storage/lake-storage';
import { surveyFile, type FileSurvey } from './file-survey';
import { runFolderJob, type FolderJob, type FolderResult } from './folder-job';

/** Work that can be done on another thread. */
export type Job =
  | { kind: 'survey'; objects: readonly StoredObject[]; described: readonly ColumnDescription[] }
  | { kind: 'folder'; job: FolderJob };

/** What came of it. */
export type JobResult = { kind: 'survey'; surveys: FileSurvey[] } | { kind: 'folder'; result: FolderResult };

/** Does a piece of work. */
export async function runJob(storage: LakeStorage, job: Job): Promise<JobResult> {
  if (job.kind === 'folder') return { kind: 'folder', result: await runFolderJob(storage, job.job) };
  const surveys: FileSurvey[] = [];
  for (const object of job.objects) surveys.push(await surveyFile(storage, object, job.described));
  return { kind: 'survey', surveys };
}
