import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { ENGINES, tableStatement, type EngineName } from '../ddl/engines';
import { lakeTable } from '../ddl/lake-table';
import { readDescription } from '../publish/lake-publisher';
import { EXIT, ToolError } from '../tool-error';

interface DdlOptions {
  engine: EngineName;
  location?: string;
  table: string;
}

const HELP = `
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
    .argument('<lake>', 'folder of the lake, whose lake.json is read')
    .addOption(new Option('--engine <name>', 'who is going to read the lake').choices(ENGINES).makeOptionMandatory())
    .option('--location <url>', 'where the engine finds the lake, such as s3://bucket/lake (default: the folder)')
    .option('--table <name>', 'name of the table: table, schema.table or catalog.schema.table', 'lake')
    .addHelpText('after', HELP)
    .action(print);
}

async function print(folder: string, { engine, location, table }: DdlOptions): Promise<void> {
  try {
    const lake = await readDescription(folder);
    if (lake === undefined) {
      throw new ToolError(
        EXIT.input,
        `${folder} has no _tidelake/lake.json, so its columns are not known`,
        'Name the root of a lake that `tidelake ingest` wrote.',
      );
    }
    process.stdout.write(tableStatement(engine, lakeTable(lake, location ?? resolve(folder), table)));
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    process.stderr.write(`error: ${error.message}\n${error.advice}\n`);
    process.exitCode = error.exitCode;
  }
}
