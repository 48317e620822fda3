import { Command, InvalidArgumentError, Option } from 'commander';
import {
  EXPORT_FORMATS,
  EXPORT_FORMS,
  runExport,
  type ExportForm,
  type ExportFormat,
  type ExportReport,
} from '../export/export-run';
import { grouped, size } from '../ingest/ingest-report';
import { instant } from '../instant';
import { readMapping } from '../map/mapping';
import { openReadableLake } from '../manifest/readable-lake';
import { manifestStatus } from '../manifest/manifest-words';
import { EXIT, ToolError } from '../tool-error';
import { runLong, say } from './long-run';

interface ExportOptions {
  to: string;
  format?: ExportFormat;
  form: ExportForm;
  stations?: string[];
  fromTime: number;
  toTime: number;
  variables?: string[];
  sensors?: string[];
  mapping?: string;
  calibrated?: boolean;
  flags?: string[];
  hideFailed?: boolean;
  csvUnitsRow?: boolean;
  csvHeader?: boolean;
  json?: boolean;
}

const HELP = `
Forms:
  wide     a line an observation, as the lake has them: station, time, device, position, a column for each variable
  sensors  a line for each time of a station, a column for each sensor: a variable, of one device where a station has several
  tidy     a line a reading: time, station, sensor, value
Beside the last two stands <name>.sensors.csv: kind, device, height or depth, unit and calibration of each sensor.

A lake is a folder, s3://bucket/folder?region=…&endpoint=…, or the https:// address of a bucket's folder. One without lake.json is
surveyed first: the footers of its files are read. \`tidelake manifest\` makes that once for all.

Exit codes: 0 done; 1 unexpected; 2 wrong usage; 3 the lake could not be read; 130 stopped by Ctrl-C, nothing is left behind.

Examples:
  tidelake export lake --to mast.csv --stations mast-1 --from-time 2019-01-01 --to-time 2020-01-01 --hide-failed
  tidelake export lake --to wind.parquet --form tidy --sensors wind_speed,wind_from_direction
  tidelake export lake --to - --format csv | head`;

/** `tidelake export <lake>`: a part of a lake as CSV, Parquet, or a zip of a CSV for each station. */
export function exportCommand(): Command {
  return new Command('export')
    .summary('write a part of a lake as CSV, Parquet or zip')
    .description(
      'Writes what is asked for of a lake into one file, in flat memory. The same lake and request give the same bytes.',
    )
    .argument('<lake>', 'folder or address of the lake')
    .requiredOption('--to <file>', 'file to write, such as out.csv, out.parquet or out.zip; - for the standard output')
    .addOption(new Option('--format <name>', 'format, where the name does not tell').choices(EXPORT_FORMATS))
    .addOption(
      new Option('--form <name>', 'one column a variable, one column a sensor, or one line a reading')
        .choices(EXPORT_FORMS)
        .default('wide'),
    )
    .option('--stations <ids>', 'only these, with commas between', parseList)
    .option(
      '--from-time <time>',
      'first instant, ISO 8601; UTC where no zone is given',
      parseInstant,
      Number.NEGATIVE_INFINITY,
    )
    .option('--to-time <time>', 'first instant that is not exported any more', parseInstant, Number.POSITIVE_INFINITY)
    .option('--variables <names>', 'only these columns of values', parseList)
    .option('--sensors <kinds>', 'only sensors of these kinds: CF standard names, or words of names', parseList)
    .option('--mapping <file>', 'mapping whose calibrations are told in the table of sensors')
    .option('--calibrated', 'apply them to rows that were not calibrated when they were ingested')
    .addOption(
      new Option(
        '--flags <names>',
        'only values with these flags: pass, not_evaluated, suspect, fail, missing',
      ).argParser(parseList),
    )
    .addOption(new Option('--hide-failed', 'leave values out that failed a check').conflicts('flags'))
    .option('--csv-units-row', 'a line with the units below the names')
    .option('--csv-header', 'lines of comment with CF and ACDD attributes before the names')
    .option('--json', 'print one object on stdout at the end')
    .addHelpText('after', HELP)
    .action(run);
}

function run(address: string, options: ExportOptions): Promise<void> {
  return runLong(
    async (signal, status) => {
      const { to } = options;
      const format = options.format ?? formatOf(to);
      const mapping = options.mapping === undefined ? undefined : await readMapping(options.mapping);
      const source = await openReadableLake(address, { onNotice: say }, signal, (progress) =>
        status.show((seconds) => manifestStatus(progress, seconds)),
      );
      try {
        const report = await runExport({
          source,
          request: {
            stations: options.stations,
            from: options.fromTime,
            to: options.toTime,
            variables: options.variables,
            sensors: options.sensors,
            flags: options.hideFailed === true ? ['pass', 'not_evaluated', 'suspect', 'missing'] : options.flags,
          },
          to,
          format,
          form: options.form,
          mapping,
          isCalibrated: options.calibrated === true,
          hasUnitsRow: options.csvUnitsRow === true,
          hasHeader: options.csvHeader === true,
          signal,
          onProgress: (rows) =>
            status.show(
              (seconds) => `${grouped(rows)} rows (${grouped(Math.round(rows / Math.max(seconds, 1e-3)))}/s)`,
            ),
        });
        status.clear();
        if (options.json === true && to !== '-') process.stdout.write(`${JSON.stringify(report)}\n`);
        else if (to !== '-') say(describeExport(report, options.form));
        return EXIT.ok;
      } finally {
        await source.close();
      }
    },
    'Stopped. Nothing is left behind.',
    'The lake was only read.',
  );
}

function describeExport({ rows, stations, bytes, elapsedSeconds, files }: ExportReport, form: ExportForm): string {
  const what = { wide: 'observations', sensors: 'times', tidy: 'readings' }[form];
  return `Wrote ${grouped(rows)} ${what} of ${grouped(stations)} stations, ${size(bytes)}, in ${elapsedSeconds.toFixed(1)} s: ${files.join(', ')}`;
}

function formatOf(to: string): ExportFormat {
  const format = EXPORT_FORMATS.find((each) => to.toLowerCase().endsWith(`.${each}`));
  if (format !== undefined) return format;
  throw new ToolError(
    EXIT.usage,
    `What ${to} is to be cannot be told from its name`,
    'Give --format csv, parquet or zip.',
  );
}

function parseList(text: string): string[] {
  const items = text.split(',').map((item) => item.trim());
  if (items.includes('')) throw new InvalidArgumentError('Write names with commas between.');
  return items;
}

function parseInstant(text: string): number {
  const parsed = instant.safeParse(text);
  if (!parsed.success) throw new InvalidArgumentError('Write a time such as 2019-01-31 or 2019-01-31T12:00:00Z.');
  return parsed.data;
}
