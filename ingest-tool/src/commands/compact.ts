import { join, resolve } from 'node:path';
import { ABOUT_FOLDER } from '@tidelake/lake-format';
import { Command, InvalidArgumentError } from 'commander';
import { BucketReplacer } from '../compact/bucket-replacer';
import { compact } from '../compact/compact-run';
import { describeCompaction, type CompactReport } from '../compact/compact-report';
import type { FolderReplacer } from '../compact/folder-replacer';
import { JobPool } from '../compact/job-pool';
import { LocalReplacer } from '../compact/local-replacer';
import { manifestChanges } from '../manifest/manifest-changes';
import { describeColumns } from '../overlay/described-columns';
import { forgetOverlay, keepOverlay, readKeptOverlay } from '../overlay/kept-overlay';
import type { Overlay } from '../overlay/overlay';
import { parseOverlay, readOverlayText } from '../overlay/read-overlay';
import { openLake, type OpenLake } from '../compact/open-lake';
import { shareBar, type StatusLine } from '../status-line';
import { instant } from '../instant';
import { publishTotals } from '../publish/lake-publisher';
import { EXIT, ToolError } from '../tool-error';
import { runLong, say } from './long-run';

interface CompactOptions {
  stations?: string[];
  from?: number;
  until?: number;
  targetSize: number;
  minFiles: number;
  settle: number;
  keepOriginals?: boolean;
  archive?: string;
  overlay?: string | false;
  dryRun?: boolean;
  json?: boolean;
}

const ORIGINALS_FOLDER = `${ABOUT_FOLDER}/originals`;

const HELP = `
A day is put together once it has been over for --settle, so that late files can still come. Rows that were filed under a
neighbouring day move to their own. Running it again changes nothing; late files are merged by the next run.

Exit codes:
  0    done
  1    something unexpected, such as a full disk; the lake is whole, run the same command again
  2    wrong usage
  3    done, but some days were left as they are, because a file could not be read or does not go with the others
  130  stopped by Ctrl-C; the lake is whole, run the same command again

Example:
  tidelake compact lake --settle 2d`;

/** `tidelake compact`: one sorted file a station-day instead of many. */
export function compactCommand(): Command {
  return new Command('compact')
    .summary('put the many small files of each day together')
    .description(
      'Puts the files of each station-day together into one that is sorted and has each observation once. Readers find the old files or the new one, never both.',
    )
    .argument('<lake>', 'folder or address of the lake')
    .option('--stations <ids>', 'only these stations, with commas between', parseList)
    .option('--from <date>', 'only days from this one on (UTC)', parseInstant)
    .option('--until <date>', 'only days before this one (UTC)', parseInstant)
    .option('--target-size <MB>', 'cut what is larger into several files', parsePositive, 256)
    .option('--min-files <count>', 'leave days alone that have fewer; 1 writes every file anew once', parsePositive, 2)
    .option('--settle <time>', 'leave days alone that ended less than this ago: 36h, 2d', parseDuration, 2 * 86_400_000)
    .option('--keep-originals', `move the originals to ${ORIGINALS_FOLDER} in the lake instead of removing them`)
    .option('--archive <folder>', 'move the originals to this folder instead of removing them')
    .option('--overlay <file>', 'set flags and calibrate as this YAML file says; the lake keeps it for later days')
    .option('--no-overlay', 'forget the overlay that the lake keeps; what it changed stays')
    .option('--dry-run', 'only say what would be done')
    .option('--json', 'print one object on stdout instead of words on stderr')
    .addHelpText('after', HELP)
    .action((lake: string, options: CompactOptions) =>
      runLong(async (signal, status) => {
        const report = await compactLake(lake, options, signal, status);
        status.clear();
        if (options.json === true) process.stdout.write(`${JSON.stringify(report)}\n`);
        else say(describeCompaction(report));
        return report.left.length > 0 ? EXIT.input : EXIT.ok;
      }, 'Stopped. The lake is whole; the same command takes up the rest.'),
    );
}

async function compactLake(
  address: string,
  options: CompactOptions,
  signal: AbortSignal,
  status: StatusLine,
): Promise<CompactReport> {
  if (options.keepOriginals === true && options.archive !== undefined) {
    throw new ToolError(EXIT.usage, 'Both --keep-originals and --archive are given', 'Choose one of them.');
  }
  const lake = await openLake(address);
  const described = lake.description?.columns ?? [];
  const { overlay, text } = await overlayOf(lake, options);
  const pool = new JobPool(lake.storage, lake.address);
  const replacer = options.dryRun === true ? undefined : await openReplacer(lake, options);
  try {
    if (replacer !== undefined) {
      // Before any day is changed, so that a run that is killed is taken up by whichever comes next.
      if (text !== undefined) await keepOverlay(lake.storage, text);
      if (options.overlay === false) await forgetOverlay(lake.storage);
    }
    const report = await compact(lake.storage, pool, replacer, {
      described,
      stations: options.stations,
      from: options.from ?? -Infinity,
      until: options.until ?? Infinity,
      closedBefore: (Date.now() - options.settle) * 1000,
      targetBytes: options.targetSize * 1e6,
      minFiles: options.minFiles,
      overlay,
      signal,
      onProgress: (done, total) => status.show(() => `${shareBar(done / total)} day ${done} of ${total}`),
    });
    const hasManifest = lake.description?.manifest === true;
    if (replacer instanceof LocalReplacer && lake.root !== undefined && report.folders > 0 && !hasManifest) {
      await publishTotals(lake.root, replacer.temporaryFolder);
    }
    if (replacer !== undefined) await describeColumns(lake.storage, report.overlay?.columns ?? []);
    return report;
  } finally {
    await pool.close();
    await replacer?.close();
  }
}

/** What is to be laid over the lake: what was given, with its text, else what the lake keeps. */
async function overlayOf(
  { storage, description }: OpenLake,
  { overlay: path }: CompactOptions,
): Promise<{ overlay?: Overlay | undefined; text?: string }> {
  const described = description?.columns ?? [];
  if (path === false) return {};
  if (path === undefined) return { overlay: await readKeptOverlay(storage, described) };
  const text = await readOverlayText(path);
  return { overlay: parseOverlay(text, path, described), text };
}

async function openReplacer(
  { root, storage, description }: OpenLake,
  options: CompactOptions,
): Promise<FolderReplacer> {
  const { keepOriginals = false, archive } = options;
  const publish = description?.manifest === true ? manifestChanges(storage) : undefined;
  if (root !== undefined) {
    const folder = keepOriginals ? join(root, ORIGINALS_FOLDER) : archive;
    return await LocalReplacer.open(root, publish, folder === undefined ? null : resolve(folder));
  }
  if (archive !== undefined) {
    throw new ToolError(
      EXIT.usage,
      '--archive is for lakes in folders',
      `Use --keep-originals, which moves them to ${ORIGINALS_FOLDER} in the bucket.`,
    );
  }
  return new BucketReplacer(storage, publish ?? (() => Promise.resolve()), keepOriginals);
}

function parseList(text: string): string[] {
  return text.split(',').filter((id) => id !== '');
}

function parseInstant(text: string): number {
  const parsed = instant.safeParse(text);
  if (!parsed.success) throw new InvalidArgumentError('It must be a date like 2025-11-24.');
  return parsed.data;
}

function parsePositive(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0) {
    throw new InvalidArgumentError('It must be a number above zero.');
  }
  return value;
}

function parseDuration(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(m|h|d)$/.exec(text) ?? [];
  if (amount === undefined) throw new InvalidArgumentError('It must be like 90m, 36h or 2d.');
  return Number(amount) * (unit === 'd' ? 86_400_000 : unit === 'h' ? 3_600_000 : 60_000);
}
