import { Command, InvalidArgumentError } from 'commander';
import { describeManifest, manifestStatus } from '../manifest/manifest-words';
import { readLakeState } from '../manifest/manifest-store';
import { refreshManifest, type RefreshSettings } from '../manifest/refresh-manifest';
import { LakeLock } from '../publish/lake-lock';
import { requireLakeFolder } from '../storage/lake-folder';
import { openStorage } from '../storage/open-storage';
import { parseStorageAddress, type BucketAddress } from '../storage/storage-address';
import { EXIT, ToolError, type ExitCode } from '../tool-error';
import { runLong, say } from './long-run';

interface ManifestOptions {
  to?: string;
  dataRoot?: string;
  checksums?: boolean;
  h3?: number | boolean;
  json?: boolean;
}

const HELP = `
A lake is a folder, s3://bucket/folder?region=…&endpoint=…, or the https:// address of a bucket's folder.

Exit codes:
  0    the manifest is true
  1    something unexpected, such as a full disk or another writer at work; the manifest is the old one
  2    wrong usage, or a lake that cannot be opened
  3    the manifest is true, save for files that cannot be read; they are named and left out
  130  stopped by Ctrl-C; the manifest is the old one, run the same command again

Examples:
  tidelake manifest lake
  tidelake manifest s3://their-bucket/buoys --to buoys-manifest`;

/** `tidelake manifest`: what is in a lake, so that nobody needs to list it. */
export function manifestCommand(): Command {
  return new Command('manifest')
    .summary('write down what is in a lake')
    .description(
      'Lists a lake and reads the footers of files that its manifest does not know yet. Running it again reads and writes only what changed.',
    )
    .argument('<lake>', 'folder or address of the lake')
    .option('--to <folder>', 'keep the manifest there, for a lake that you may not or do not want to write to')
    .option('--data-root <address>', 'with --to: where readers find the data, if not at the address given')
    .option('--checksums', 'read files whole and keep their SHA-256')
    .option('--h3 <resolution>', 'resolution of the H3 cells that positions are noted in, 0 to 15', parseResolution)
    .option('--no-h3', 'do not look at positions')
    .option('--json', 'print one object on stdout instead of words on stderr')
    .addHelpText('after', HELP)
    .action(run);
}

async function run(lake: string, options: ManifestOptions): Promise<void> {
  await runLong(async (signal, status): Promise<ExitCode> => {
    const place = await openPlace(lake, options, signal);
    const lock = place.folder === undefined ? undefined : await LakeLock.acquire(place.folder);
    try {
      const report = await refreshManifest({
        data: place.data,
        storage: place.storage,
        dataRoot: place.dataRoot,
        h3: options.h3 === false ? null : typeof options.h3 === 'number' ? options.h3 : undefined,
        checksums: options.checksums,
        isExclusive: lock !== undefined,
        signal,
        onProgress: (progress) => status.show((seconds) => manifestStatus(progress, seconds)),
      });
      status.clear();
      if (options.json === true) process.stdout.write(`${JSON.stringify(report)}\n`);
      else say(describeManifest(report));
      return report.damaged.length > 0 ? EXIT.input : EXIT.ok;
    } finally {
      await lock?.release();
    }
  }, 'Stopped. The manifest is as it was; the same command makes it.');
}

/** Where the data are and where the manifest goes; `folder` is that of the manifest where it is one of this machine. */
interface ManifestPlace extends Pick<RefreshSettings, 'data' | 'storage' | 'dataRoot'> {
  folder: string | undefined;
}

async function openPlace(lake: string, options: ManifestOptions, signal: AbortSignal): Promise<ManifestPlace> {
  const address = parseStorageAddress(lake);
  if (address.kind === 'folder') await requireLakeFolder(address.path);
  const storage = await openStorage(lake, { onNotice: say });
  if (options.to === undefined) {
    if (options.dataRoot !== undefined) {
      throw new ToolError(EXIT.usage, '--data-root goes with --to', 'Name the folder of the manifest with --to.');
    }
    const folder = address.kind === 'folder' ? address.path : undefined;
    const { description } = await readLakeState(storage, signal);
    // A description kept apart from its data is brought up to date from where they are.
    const data =
      description?.dataRoot === undefined ? storage : await openStorage(description.dataRoot, { onNotice: say });
    return { data, storage, dataRoot: undefined, folder };
  }
  if (parseStorageAddress(options.to).kind !== 'folder') {
    throw new ToolError(EXIT.usage, '--to is an address', 'Name a folder; tidelake push brings it to a bucket.');
  }
  const dataRoot = options.dataRoot ?? (address.kind === 'bucket' ? readableAddress(address) : undefined);
  if (dataRoot === undefined) {
    throw new ToolError(
      EXIT.usage,
      'A manifest apart from a local lake must say where readers find the data',
      'Add --data-root https://…/ with the address that the folder will be served at.',
    );
  }
  return {
    data: storage,
    storage: await openStorage(options.to, { onNotice: say }),
    dataRoot: dataRoot.endsWith('/') ? dataRoot : `${dataRoot}/`,
    folder: options.to,
  };
}

/** The address of a bucket's folder as a page can read it. */
function readableAddress({ bucket, prefix, endpoint }: BucketAddress): string {
  const path = `${bucket}/${prefix}`.split('/').map(encodeURIComponent).join('/');
  return endpoint === undefined ? `s3://${path}` : `${endpoint.replace(/\/+$/, '')}/${path}`;
}

function parseResolution(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 15) throw new InvalidArgumentError('It must be a whole number from 0 to 15.');
  return value;
}
