/** Keys in one page of a listing: what S3 ListObjectsV2 returns at most. */
export const KEYS_PER_PAGE = 1000;

/**
 * Files expected in one day of one station where nothing better is known: one each 15 minutes, as edge collectors
 * write them. Compacted lakes hold fewer, which only makes a listing end sooner.
 */
export const FILES_PER_DAY = 96;
