import { describe, expect, it } from 'vitest';
import { fuzz, FUZZ_NAMES } from './testing/fuzz-run';

/** Damaged inputs of each format; `npm run fuzz -- --runs 100000` makes as many as one likes. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 200);
const SEED = 20_261_121;

/** Of these a run takes long, and network captures have a test of their own. */
const SLOW = ['pcap', 'pcapng', 'gzip', 'zstd'];

describe(`damaged inputs (${RUNS} of each format, seed ${SEED})`, () => {
  it.each(FUZZ_NAMES)('of %s neither crash nor hang, and cost no good neighbour', async (name) => {
    const planned = SLOW.includes(name) ? Math.ceil(RUNS / 8) : RUNS;
    const { runs, records } = await fuzz(name, planned, SEED);
    expect(runs).toBe(planned);
    expect(records).toBeGreaterThan(0);
  });
});
