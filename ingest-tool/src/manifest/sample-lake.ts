import { isDataPath, LAKE_FORMAT_VERSION, parsePartitionPath, type LakeDescription } from '@tidelake/lake-format';
import { daysOf } from '../pull/pull-window';
import { compareKeys } from '../serve/key-order';
import type { LakeStorage, StoredObject } from '../storage/lake-storage';
import { ManifestBuild } from './manifest-build';
import { DEFAULT_SETTINGS } from './manifest-schema';
import { PartitionSurvey } from './partition-survey';
import { stationKey } from './source-digest';

/** Footers that are read: files of one collector hardly differ. */
const SAMPLE = 128;

/** What a look at a lake came to that does not describe itself. */
export interface LakeSample {
  description: LakeDescription;
  files: number;
  /** Files whose footers were read. */
  sampled: number;
}

/**
 * Describes a lake by its folders, all of them, and by the footers of some files spread over it.
 * @param signal ends it
 */
export async function sampleLake(data: LakeStorage, signal: AbortSignal): Promise<LakeSample> {
  const survey = new PartitionSurvey();
  const values = new Map<string, Set<string>>();
  const sample = new SpreadSample();
  let [files, first, last] = [0, Infinity, -Infinity];
  for await (const page of data.list('', signal)) {
    for (const object of page) {
      if (!isDataPath(object.key)) continue;
      files++;
      survey.add(object.key);
      sample.add(object);
      for (const { key, value } of parsePartitionPath(object.key).partitions) {
        const known = values.get(key) ?? new Set();
        values.set(key, value === null ? known : known.add(value));
      }
      const days = daysOf(object.key);
      first = Math.min(first, days?.[0] ?? Infinity);
      last = Math.max(last, (days?.[1] ?? -Infinity) - 1);
    }
  }
  const start: LakeDescription = {
    format: 'tidelake',
    version: LAKE_FORMAT_VERSION,
    partitioning: survey.keys(),
    partitionTime: 'approximate',
    columns: [],
    stations: [],
    totals: { files, bytes: 0 },
  };
  const build = new ManifestBuild(data, data, start, DEFAULT_SETTINGS, true, signal);
  await build.learn(sample.objects);
  const key = stationKey(start)?.name;
  const ids = key === undefined ? [] : [...(values.get(key) ?? [])].sort(compareKeys);
  const span = first > last ? {} : { firstTime: new Date(first).toISOString(), lastTime: new Date(last).toISOString() };
  const stations = ids.map((id) => ({ id, ...span, devices: [] }));
  return { description: { ...build.description, stations }, files, sampled: sample.objects.length };
}

/** Some of a number of objects that is not known beforehand, at even distances. */
class SpreadSample {
  objects: StoredObject[] = [];
  #step = 1;
  #seen = 0;

  add(object: StoredObject): void {
    if (this.#seen++ % this.#step > 0) return;
    this.objects.push(object);
    if (this.objects.length < SAMPLE) return;
    this.objects = this.objects.filter((_, index) => index % 2 === 0);
    this.#step *= 2;
  }
}
