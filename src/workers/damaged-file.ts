import { LakeError } from '../lake/lake-error';

/** The LakeError of a file whose inside cannot be decoded. */
export function damagedFile(name: string, cause?: unknown): LakeError {
  return new LakeError(
    {
      code: 'not-parquet',
      message: `${name} is damaged or uses a Parquet feature that is not supported.`,
      advice: 'Write this file anew, or move it out of the lake.',
    },
    { cause },
  );
}
