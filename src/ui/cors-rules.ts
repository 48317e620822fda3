/** How a kind of store is told that a page may read it. */
export interface CorsRule {
  id: 'aws' | 'r2' | 'google' | 'minio' | 'nginx';
  name: string;
  /** Where it goes. */
  place: string;
  text: string;
}

const EXPOSED = ['ETag', 'Content-Length', 'Content-Range'];

/** The least that lets pages of an origin list and read, in the words of each kind of store. */
export function corsRules(origin: string): CorsRule[] {
  const s3 = (headers: string[]) =>
    json([
      {
        AllowedOrigins: [origin],
        AllowedMethods: ['GET'],
        AllowedHeaders: headers,
        ExposeHeaders: EXPOSED,
        MaxAgeSeconds: 86400,
      },
    ]);
  return [
    {
      id: 'aws',
      name: 'Amazon S3',
      place: 'The bucket’s Permissions → Cross-origin resource sharing (CORS).',
      text: s3(['*']),
    },
    {
      id: 'r2',
      name: 'Cloudflare R2',
      place: 'The bucket’s Settings → CORS policy.',
      text: s3(['Range']),
    },
    {
      id: 'google',
      name: 'Google Cloud',
      place: 'Save it as cors.json, then: gcloud storage buckets update gs://BUCKET --cors-file=cors.json',
      text: json([{ origin: [origin], method: ['GET'], responseHeader: EXPOSED, maxAgeSeconds: 86400 }]),
    },
    {
      id: 'minio',
      name: 'MinIO',
      place: 'For the whole server; ALIAS is its name in mc.',
      text: `mc admin config set ALIAS api cors_allow_origin="${origin}"\nmc admin service restart ALIAS`,
    },
    {
      id: 'nginx',
      name: 'nginx',
      place: 'In the location block of the lake’s folder.',
      text: [
        `add_header Access-Control-Allow-Origin "${origin}" always;`,
        `add_header Access-Control-Expose-Headers "${EXPOSED.join(', ')}" always;`,
      ].join('\n'),
    },
  ];
}

/** The kind of store that an address is most likely of. */
export function likelyStore(address: string): CorsRule['id'] {
  if (/r2\.(cloudflarestorage\.com|dev)/.test(address)) return 'r2';
  if (/^gs:|\.googleapis\.com|cloud\.google\.com/.test(address)) return 'google';
  if (/^s3:\/\/(?!.*[?&](s3_)?endpoint=)|amazonaws\.com/.test(address)) return 'aws';
  if (/:9000|minio/.test(address)) return 'minio';
  return /^https?:\/\//.test(address) ? 'nginx' : 'aws';
}

function json(value: unknown): string {
  // Short arrays on one line, as the stores' own pages show them.
  return JSON.stringify(value, null, 2).replace(
    /\[\s+("[^[\]]*?")\s+\]/g,
    (_, list: string) => `[${list.replace(/\s*\n\s*/g, ' ')}]`,
  );
}
