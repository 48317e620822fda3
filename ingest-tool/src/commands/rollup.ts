import type { RollupGrain } from '@tidelake/lake-format';
import { Command, InvalidArgumentError } from 'commander';
import { openLake } from '../compact/open-lake';
import { manifestChanges } from '../manifest/manifest-changes';
import { FolderSwapper } from '../publish/folder-swapper';
import { LakeLock } from '../publish/lake-lock';
import { describeRollup, type RollupReport } from '../rollup/rollup-report';
import { rollUp } from '../rollup/rollup-run';
import { EXIT } from '../tool-error';
import type { StatusLine } from '../status-line';
import { runLong, say } from './long-run';

interface RollupOptions {
  grain: RollupGrain[];
  h3?: number;
  stations?: string[];
  json?: boolean;
}

const HELP = `
A lake is a folder, s3://bucket/folder?region=…&endpoint=…, or the https:// address of a bucket's folder. It needs a manifest.

Exit codes:
  0    the rollups are up to date
  1    something unexpected, or the lake changed meanwhile; run the same command again
  2    wrong usage, or a lake without a manifest
  3    up to date, save for stations that cannot be rolled up exactly; they are named
  130  stopped by Ctrl-C; nothing was changed

Example:
  tidelake manifest lake && tidelake rollup lake`;

/** `tidelake rollup`: counts, sums and extremes by hour and day, from which a page answers without reading the data. */
export function rollupCommand(): Command {
  return new Command('rollup')
    .summary('add up each hour and day, for answers without the data')
    .description(
      'Writes n, sum, sum of squares, minimum, maximum, first and last time of each variable by station, device, flag and hour or day. Running it again makes only what changed.',
    )
    .argument('<lake>', 'folder or address of the lake')
    .option('--grain <list>', 'hour, day or both, with a comma between', parseGrains, ['hour', 'day'] as RollupGrain[])
    .option('--h3 <resolution>', 'divide the buckets by H3 cell of this resolution, 0 to 15', parseResolution)
    .option('--stations <ids>', 'bring only these up to date, with commas between', (text) => text.split(','))
    .option('--json', 'print one object on stdout instead of words on stderr')
    .addHelpText('after', HELP)
    .action((lake: string, options: RollupOptions) =>
      runLong(async (signal, status) => {
        const report = await rollUpLake(lake, options, signal, status);
        status.clear();
        if (options.json === true) process.stdout.write(`${JSON.stringify(report)}\n`);
        else say(describeRollup(report));
        return report.left.length > 0 ? EXIT.input : EXIT.ok;
      }, 'Stopped. The rollups are as they were; the same command makes them.'),
    );
}

async function rollUpLake(
  address: string,
  { grain, h3, stations }: RollupOptions,
  signal: AbortSignal,
  status: StatusLine,
): Promise<RollupReport> {
  const { storage, root, description } = await openLake(address);
  const lock = root === undefined ? undefined : await LakeLock.acquire(root);
  try {
    // A compaction that was interrupted is finished first, so that the files are those of the manifest.
    if (root !== undefined && description?.manifest === true) {
      await (await FolderSwapper.open(root, manifestChanges(storage))).close();
    }
    return await rollUp(storage, {
      tiers: grain.map((each) => ({ grain: each, cells: h3 })),
      stations,
      signal,
      onProgress: (text) => status.show(() => text),
    });
  } finally {
    await lock?.release();
  }
}

function parseGrains(text: string): RollupGrain[] {
  return [...new Set(text.split(','))].map((grain) => {
    if (grain !== 'hour' && grain !== 'day') throw new InvalidArgumentError('It must be hour, day or hour,day.');
    return grain;
  });
}

function parseResolution(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 15) throw new InvalidArgumentError('It must be a whole number from 0 to 15.');
  return value;
}
