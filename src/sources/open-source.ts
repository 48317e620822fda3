import { createFilesStore } from './files-store';
import type { LakeSource, S3Keys } from './lake-source';
import { holdChosenFiles, holdFolder } from './local-files';
import { createLocalStore } from './local-store';
import { locateLake, type SourceLocation } from './locate';
import type { ObjectStore } from './object-store';
import { inRegion, type S3Location } from './s3-location';
import { createS3Store } from './s3-store';
import { createWebStore } from './web-store';

/**
 * Makes the store of what is to be opened; an address alone is read with the keys that its bucket was opened with last,
 * anonymously where there were none. Keys are held by the opener and nowhere else.
 * @param base what relative addresses are relative to
 */
export function createSourceOpener(base: string): (source: LakeSource | string) => ObjectStore {
  const keyring = new Map<string, { keys: S3Keys; region?: string }>();

  function openAddress(text: string, given?: S3Keys): ObjectStore {
    const location = locateLake(text, base);
    const bucket = bucketOf(location);
    const id = bucket && bucketId(bucket);
    if (given && id !== undefined) {
      keyring.set(id, { keys: given, ...(bucket?.region !== undefined && { region: bucket.region }) });
    }
    const known = id === undefined ? undefined : keyring.get(id);
    const keys = given ?? known?.keys;
    if (location.kind === 'web') return createWebStore(location);
    if (location.kind !== 's3') return createFilesStore(location, { keys });
    const region = location.region ?? known?.region;
    return createS3Store(region === undefined ? location : inRegion(location, region), { keys });
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

function bucketOf(location: SourceLocation): S3Location | undefined {
  switch (location.kind) {
    case 's3':
      return location;
    case 'web':
      return undefined;
    case 'list':
      return location.list.bucket;
    case 'files':
      return location.files.find(({ bucket }) => bucket)?.bucket;
  }
}

/** A bucket, whichever region its address names. */
function bucketId(location: S3Location): string {
  return inRegion(location, '').bucketUrl;
}
