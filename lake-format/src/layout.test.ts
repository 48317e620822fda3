import { describe, expect, it } from 'vitest';
import {
  AHEAD_FOLDER,
  DESCRIPTION_PATH,
  isDataPath,
  isManifestPath,
  LOCK_PATH,
  PARTITION_FILE,
  QUARANTINE_FOLDER,
  TEMPORARY_FOLDER,
} from './layout';

describe('the layout of a lake', () => {
  it('counts Parquet files as data, in any case and depth', () => {
    expect(isDataPath('station=a/year=2024/month=01/day=31/part-0000.parquet')).toBe(true);
    expect(isDataPath('DATA.PARQUET')).toBe(true);
  });

  it('passes over what is hidden, about the lake, or of another kind', () => {
    for (const path of [
      `${QUARANTINE_FOLDER}/a.parquet`,
      `${TEMPORARY_FOLDER}/1/a.parquet`,
      DESCRIPTION_PATH,
      LOCK_PATH,
      'station=a/.part.parquet',
      'station=a/_SUCCESS.parquet',
      'station=a/data.parquet.crc',
    ]) {
      expect(isDataPath(path), path).toBe(false);
    }
  });

  it('lets a manifest name data files in their place, and for a moment ahead of it', () => {
    expect(isManifestPath('station=a/part-0000.parquet')).toBe(true);
    expect(isManifestPath(`${AHEAD_FOLDER}/station=a/part-0000.parquet`)).toBe(true);
    for (const path of [`${TEMPORARY_FOLDER}/a.parquet`, `${AHEAD_FOLDER}/../../a.parquet`, '../a.parquet']) {
      expect(isManifestPath(path), path).toBe(false);
    }
  });

  it('gives a partition one file that is data', () => {
    expect(isDataPath(`station=a/${PARTITION_FILE}`)).toBe(true);
  });
});
