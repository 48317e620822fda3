import { loadSharedConfigFiles } from '@smithy/core/config';
import { parseEndpoint, type BucketAddress } from './storage-address';

/** The variables of the environment that say where a store is; keys are read elsewhere. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Stores whose region has a name of its own, or is a part of the host's name. */
const REGION_OF_HOST: readonly [RegExp, string | number][] = [
  [/\.r2\.cloudflarestorage\.com$/, 'auto'],
  [/(?:^|\.)storage\.googleapis\.com$/, 'auto'],
  [/^s3\.([a-z0-9-]+)\.[a-z0-9-]+\.[a-z]+$/, 1],
  [/^([a-z0-9-]+)\.digitaloceanspaces\.com$/, 1],
];

/** Where requests about a bucket go, and the region they are signed for. */
export interface BucketPlace {
  /** Address of the bucket without a final slash. */
  url: string;
  /** What follows it for requests about the bucket itself: nothing in path style, as some stores know no `bucket/`. */
  root: '' | '/';
  region: string;
  /** Whether the region is a part of the address, so that another region means another address. */
  byRegion: boolean;
}

/**
 * Finds out where a bucket is: by its address, then `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL`, `AWS_REGION`, then the
 * profile that `AWS_PROFILE` names in the shared configuration files.
 */
export async function locateBucket(address: BucketAddress, env: Environment): Promise<BucketPlace> {
  const profile = await readProfile(env);
  const configured =
    env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'] === 'true' ? undefined : configuredEndpoint(env, profile);
  const endpoint = address.endpoint ?? (configured === undefined ? undefined : parseEndpoint(configured));
  const stated = address.region ?? (endpoint === undefined ? undefined : regionOfHost(new URL(endpoint).hostname));
  const region = stated ?? (env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || profile.region || 'us-east-1');
  return placeInRegion(address.bucket, region, endpoint);
}

/** The place of a bucket once its region is known. */
export function placeInRegion(bucket: string, region: string, endpoint?: string): BucketPlace {
  if (endpoint !== undefined) return { url: `${endpoint}/${bucket}`, root: '', region, byRegion: false };
  const host = `s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
  // The certificate of *.s3.… covers no bucket with a dot in its name.
  if (bucket.includes('.') || bucket !== bucket.toLowerCase()) {
    return { url: `https://${host}/${bucket}`, root: '', region, byRegion: true };
  }
  return { url: `https://${bucket}.${host}`, root: '/', region, byRegion: true };
}

interface ProfileSettings {
  region?: string | undefined;
  endpoint?: string | undefined;
}

async function readProfile(env: Environment): Promise<ProfileSettings> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles({
    ...(env['AWS_CONFIG_FILE'] === undefined ? {} : { configFilepath: env['AWS_CONFIG_FILE'] }),
    ...(env['AWS_SHARED_CREDENTIALS_FILE'] === undefined ? {} : { filepath: env['AWS_SHARED_CREDENTIALS_FILE'] }),
  });
  const name = env['AWS_PROFILE'] || 'default';
  const profile = { ...credentialsFile[name], ...configFile[name] };
  const services = profile['services'] === undefined ? undefined : configFile[`services.${profile['services']}`];
  return { region: profile['region'], endpoint: services?.['s3.endpoint_url'] ?? profile['endpoint_url'] };
}

function configuredEndpoint(env: Environment, profile: ProfileSettings): string | undefined {
  return env['AWS_ENDPOINT_URL_S3'] || env['AWS_ENDPOINT_URL'] || profile.endpoint;
}

function regionOfHost(host: string): string | undefined {
  for (const [pattern, region] of REGION_OF_HOST) {
    const match = pattern.exec(host);
    if (match !== null) return typeof region === 'string' ? region : match[region];
  }
  return undefined;
}
