/**
 * Files expected in one day of one station where nothing better is known: one each 15 minutes, as edge collectors
 * write them. Compacted lakes hold fewer, which only makes a listing end sooner.
 */
export const FILES_PER_DAY = 96;

/**
 * Keys that one listing without a delimiter should at most run over: four pages of S3 ListObjectsV2, which come one
 * after the other. A month of one station at 15 minutes (2,976 files) stays one listing; what is longer is cut into
 * listings that run side by side.
 */
export const KEYS_PER_LISTING = 4000;

/**
 * Keys that it is cheaper to list in vain than to begin another listing after them: half a page, for a page of 1,000
 * keys takes about as long as an empty one.
 */
export const KEYS_WORTH_SKIPPING = 500;

/**
 * Folders that are visited by name without listing which of them exist. Above it one listing of the level costs less
 * than visits to folders that may not be there.
 */
export const FOLDERS_BY_NAME = 100;

/**
 * Days of a time range whose folders are named without listing which years there are: two years and a bit, some twenty
 * listings at 15 minutes. Of a wider range much may not be there at all, and one listing of the years tells.
 */
export const DAYS_BY_NAME = 800;
