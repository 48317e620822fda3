import { LakeError } from '../lake/lake-error';

/** The LakeError of a file that changed between two requests for parts of it. */
export function replacedFile(name: string): LakeError {
  return new LakeError({
    code: 'truncated',
    message: `${name} was replaced while it was being read.`,
    advice: 'Open the lake again, so that it is listed anew.',
    file: name,
  });
}

/** The LakeError of a file whose inside cannot be decoded. */
export function damagedFile(name: string, cause?: unknown): LakeError {
  return new LakeError(
    {
      code: 'not-parquet',
      message: `${name} is damaged or uses a Parquet feature that is not supported.`,
      advice: 'Write this file anew, or move it out of the lake.',
      file: name,
    },
    { cause },
  );
}
