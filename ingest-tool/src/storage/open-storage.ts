import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { locateBucket } from './bucket-place';
import { anonymously, standardCredentials } from './credentials';
import type { LakeStorage } from './lake-storage';
import { LocalStorage } from './local-storage';
import { S3Bucket } from './s3-bucket';
import { S3Client, type S3ClientOptions } from './s3-client';
import { S3Storage } from './s3-storage';
import { parseStorageAddress, type BucketAddress } from './storage-address';

/** How a storage is worked with. */
export interface StorageOptions extends S3ClientOptions {
  /** Is told what a store cannot do, in a sentence for people. */
  onNotice?: (notice: string) => void;
}

/**
 * Opens the place of a lake: a folder of this machine, `s3://bucket/folder?region=…&endpoint=…&anonymous=true`, or the
 * `https://` address of a bucket's folder. Keys come from the standard AWS chain; without any, requests go unsigned.
 * @throws ToolError where the address is none; nothing is asked of a store yet
 */
export async function openStorage(address: string, options: StorageOptions = {}): Promise<LakeStorage> {
  const place = parseStorageAddress(address);
  if (place.kind === 'bucket') return await openBucket(place, options);
  return new LocalStorage(await realpath(place.path).catch(() => path.resolve(place.path)));
}

/** Opens a folder of a bucket. */
export async function openBucket(address: BucketAddress, options: StorageOptions = {}): Promise<S3Storage> {
  const place = await locateBucket(address, process.env);
  const credentials = address.anonymous ? anonymously : standardCredentials();
  const client = new S3Client(address.bucket, place, credentials, options);
  const storage = new S3Bucket(client, address.prefix);
  return new S3Storage(`s3://${address.bucket}/${address.prefix}`, storage, options.onNotice);
}
