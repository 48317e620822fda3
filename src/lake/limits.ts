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

/**
 * Bytes up to which a file is fetched whole. Reading a part of it takes a request for the footer first, and that round
 * trip of 50 ms or so carries about a megabyte on a line of 150 Mbit/s. Small files are also the many ones, where
 * requests cost more than bytes.
 */
export const WHOLE_FILE_BYTES = 1_000_000;

/** Small files that are fetched side by side; how many of their requests are under way is left to the store's lanes. */
export const SMALL_FILES_AT_ONCE = 96;

/**
 * Bytes at the end of a file that are fetched in the hope that they hold its footer. Those of a hundred row groups of
 * twenty columns do not; a second request then fetches the rest. Most footers are below 20 kB, and 64 kB take hardly
 * longer than one byte.
 */
export const FOOTER_GUESS = 64 << 10;

/**
 * Bytes between two column chunks that it is cheaper to read in vain than to begin another request: with six requests at
 * a time and 50 ms a round trip, one request costs 8 ms of line, some 64 kB at 64 Mbit/s; half of it, for the
 * bytes of a lake's owner count too.
 */
export const GAP_WORTH_READING = 32 << 10;

/**
 * What may be read in vain between column chunks: a share of what is wanted, so that a compacted lake costs hardly more
 * than the columns that are asked for, or a few bytes where little is wanted at all.
 */
export const WASTE = { share: 0.08, bytes: 16 << 10 };

/**
 * Requests for one read of a file above which wider gaps are read along, up to as many bytes as are wanted: each
 * request beyond what a browser has under way waits for a round trip.
 */
export const REQUESTS_PER_READ = 24;

/** Bytes between two column chunks that are read along at most where the requests are many: what 10 ms carry at 100 Mbit/s. */
export const WIDEST_GAP = 128 << 10;

/**
 * Bytes above which a file whose footer is known is read in parts. Of a smaller one too little could be left out to be worth
 * more requests.
 */
export const PARTS_WORTH_READING = 128 << 10;

/**
 * Wanted bytes of a row group from which its page index is read, if a condition may rule out pages: the index takes one more
 * round trip, which carries about half as many bytes as may be spared.
 */
export const PAGES_WORTH_READING = 1_000_000;

/** How many times as many bytes a Bloom filter must be able to spare as it takes itself, to be asked. */
export const FILTER_WORTH_READING = 4;

/** Rows that become resident together at least where pages are chosen: writers put some 20,000 rows into a page. */
export const STRETCH_ROWS = 10_000;

/** Share of a row group's rows that pages must rule out; otherwise the row group is read as a whole. */
export const STRETCHES_WORTH_LEAVING = 0.3;

/** Bytes that are fetched by one request at most: what is longer comes as several side by side. */
export const LARGEST_RUN = 4 << 20;

/** Bytes of a large file that are fetched and then decoded together, if they are not of a single row group. */
export const LARGEST_READ = 8 << 20;
