import { Command } from 'commander';
import { readLakeState } from '../manifest/manifest-store';
import { openStorage } from '../storage/open-storage';
import { requireLakeFolder } from '../storage/lake-folder';
import { parseStorageAddress } from '../storage/storage-address';
import { EXIT, type ExitCode } from '../tool-error';
import { findLocalLeftovers } from '../validate/leftovers';
import { validateLake, type ValidateReport } from '../validate/validate-lake';
import { describeValidation, validateStatus } from '../validate/validate-words';
import { runLong, say } from './long-run';

interface ValidateOptions {
  deep?: boolean;
  json?: boolean;
}

const HELP = `
Exit codes, for a timer that runs it:
  0    nothing is wrong
  1    something unexpected; nothing can be said of the lake
  2    wrong usage, or a lake that cannot be opened
  5    damage: answers are wrong or fail
  6    no damage, but something that should be looked after
  130  stopped by Ctrl-C

Example:
  tidelake validate s3://our-bucket/lake --deep --json`;

/** `tidelake validate`: walks a lake and reports damage. */
export function validateCommand(): Command {
  return new Command('validate')
    .summary('look for damage in a lake')
    .description('Walks a lake, says what is wrong and which command mends it. Nothing is written.')
    .argument('<lake>', 'folder or address of the lake')
    .option('--deep', 'read all rows: damaged pages, order, duplicates, checksums of the manifest')
    .option('--json', 'print one object on stdout instead of words on stderr')
    .addHelpText('after', HELP)
    .action(run);
}

async function run(lake: string, options: ValidateOptions): Promise<void> {
  await runLong(async (signal, status): Promise<ExitCode> => {
    const address = parseStorageAddress(lake);
    if (address.kind === 'folder') await requireLakeFolder(address.path);
    const storage = await openStorage(lake, { onNotice: say });
    const { description } = await readLakeState(storage, signal);
    const root = description?.dataRoot;
    const report = await validateLake({
      storage,
      data: root === undefined ? storage : await openStorage(root, { onNotice: say }),
      deep: options.deep === true,
      leftovers: address.kind === 'folder' ? await findLocalLeftovers(address.path) : [],
      signal,
      onProgress: (progress) => status.show((seconds) => validateStatus(progress, seconds)),
    });
    status.clear();
    if (options.json === true) process.stdout.write(`${JSON.stringify(report)}\n`);
    else say(describeValidation(report));
    return exitCodeOf(report);
  }, 'Stopped. Nothing was changed.');
}

function exitCodeOf({ worst }: ValidateReport): ExitCode {
  return worst === 'damage' ? EXIT.damage : worst === 'warning' ? EXIT.warnings : EXIT.ok;
}
