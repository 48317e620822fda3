import { resolve } from 'node:path';
import type { LakeDescription, ManifestIndex } from '@tidelake/lake-format';
import { Command, Option } from 'commander';
import { ENGINES, tableStatement, type EngineName } from '../ddl/engines';
import { lakeTable } from '../ddl/lake-table';
import { grouped } from '../ingest/ingest-report';
import { readLakeState } from '../manifest/manifest-store';
import { sampleLake } from '../manifest/sample-lake';
import { requireLakeFolder } from '../storage/lake-folder';
import type { LakeStorage } from '../storage/lake-storage';
import { openStorage } from '../storage/open-storage';
import { parseStorageAddress } from '../storage/storage-address';
import { EXIT, ToolError } from '../tool-error';
import { runLong, say } from './long-run';

interface DdlOptions {
  engine: EngineName;
  location?: string;
  table: string;
}

const HELP = `
A lake is a folder, s3://bucket/folder?region=…&endpoint=…, or the https:// address of a bucket's folder. What it says of itself is
read; of one that says nothing the folders and the footers of some files.

Exit codes: 0 done; 1 unexpected; 2 wrong usage, or a place that the engine cannot read; 3 no lake; 130 stopped by Ctrl-C.

Examples:
  tidelake ddl lake --engine duckdb | duckdb my.db
  tidelake ddl lake --engine athena --location s3://bucket/lake --table ocean.moorings`;

/** `tidelake ddl <lake>`: the statement that makes the lake a table of a query engine. */
export function ddlCommand(): Command {
  return new Command('ddl')
    .summary('print the SQL that makes a lake a table of another engine')
    .description(
      'Prints the statements that make the same files a table of a query engine: nothing is copied or changed.',
    )
    .argument('<lake>', 'folder or address of the lake')
    .addOption(new Option('--engine <name>', 'who is going to read the lake').choices(ENGINES).makeOptionMandatory())
    .option('--location <url>', 'where the engine finds the lake, such as s3://bucket/lake (default: the lake itself)')
    .option('--table <name>', 'name of the table: table, schema.table or catalog.schema.table', 'lake')
    .addHelpText('after', HELP)
    .action(print);
}

function print(address: string, { engine, location, table }: DdlOptions): Promise<void> {
  return runLong(
    async (signal) => {
      const place = parseStorageAddress(address);
      if (place.kind === 'folder') await requireLakeFolder(place.path);
      const lake = await openStorage(address, { onNotice: say });
      const state = await readLakeState(lake, signal);
      const description = state.description ?? (await sampled(lake, signal));
      const own = place.kind === 'folder' ? resolve(place.path) : `s3://${place.bucket}/${place.prefix}`;
      const described = lakeTable(description, location ?? description.dataRoot ?? own, table);
      process.stdout.write(tableStatement(engine, { ...described, years: described.years ?? yearsOf(state.index) }));
      return EXIT.ok;
    },
    'Stopped.',
    'The lake was only read.',
  );
}

async function sampled(lake: LakeStorage, signal: AbortSignal): Promise<LakeDescription> {
  const { description, files, sampled: read } = await sampleLake(lake, signal);
  if (description.columns.length === 0) {
    throw new ToolError(
      EXIT.input,
      `${lake.url} has no _tidelake/lake.json, and no Parquet file that could be read`,
      'Name the root of a lake: the folder with station=…, or the like, in it.',
    );
  }
  say(
    `note: the lake does not describe itself; columns are those of ${grouped(read)} of its ${grouped(files)} files. tidelake manifest looks at all of them.`,
  );
  return description;
}

/** First and last year that files of a manifest have rows of. */
function yearsOf({ parts }: ManifestIndex): { first: number; last: number } | undefined {
  const times = parts.flatMap(({ time }) => time ?? []);
  if (times.length === 0) return undefined;
  const yearOf = (micros: number): number => new Date(micros / 1000).getUTCFullYear();
  return {
    first: yearOf(times.reduce((least, time) => Math.min(least, time), Infinity)),
    last: yearOf(times.reduce((most, time) => Math.max(most, time), -Infinity)),
  };
}
