import { createFilesStore } from './files-store';
import type { LakeSource, S3Keys } from './lake-source';
import { holdChosenFiles, holdFolder } from './local-files';
import { createLocalStore } from './local-store';
import { locateLake, type SourceLocation } from './locate';
import type { ObjectStore } from './object-store';
import { createS3Store } from './s3-store';
import { createWebStore } from './web-store';

/**
 * Makes the store of what is to be opened; an address alone is read with the keys that its bucket was opened with last,
 * anonymously where there were none. Keys are held by the opener and nowhere else.
 * @param base what relative addresses are relative to
 */
export function createSourceOpener(base: string): (source: LakeSource | string) => ObjectStore {
  const keyring = new Map<string, S3Keys>();

  function openAddress(text: string, given?: S3Keys): ObjectStore {
    const location = locateLake(text, base);
    const bucket = bucketOf(location);
    if (given && bucket !== undefined) keyring.set(bucket, given);
    const keys = given ?? (bucket === undefined ? undefined : keyring.get(bucket));
    if (location.kind === 's3') return createS3Store(location, { keys });
    if (location.kind === 'web') return createWebStore(location);
    return createFilesStore(location, { keys });
  }

  return (source) => {
    if (typeof source === 'string') return openAddress(source);
    switch (source.kind) {
      case 'address':
        return openAddress(source.url, source.keys);
      case 'folder':
        return createLocalStore(source.name, holdFolder(source.handle));
      case 'files':
        return createLocalStore(source.name, holdChosenFiles(source.files));
    }
  };
}

function bucketOf(location: SourceLocation): string | undefined {
  if (location.kind === 's3') return location.bucketUrl;
  if (location.kind === 'files') return location.files.find(({ bucket }) => bucket)?.bucket?.bucketUrl;
  return location.kind === 'list' ? location.list.bucket?.bucketUrl : undefined;
}
