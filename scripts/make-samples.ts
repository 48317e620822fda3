/** Makes the captures in samples/rapid-wb2 from the RAPID WB2 mooring's table. Run: npm run samples -- --help */
import { mkdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { delimit, readMooring, telemetryEncoder, type MooringReading } from './samples/mooring-readings';
import { recordCapture } from './samples/record-capture';

const root = fileURLToPath(new URL('..', import.meta.url));
const samples = path.join(root, 'samples/rapid-wb2');

/** Nominal depths 50, 500, 1100, 2300 and 3850 m: the water column from the surface to the bottom. */
const WHOLE_RECORD = ['sbe37-3220', 'sbe37-3904', 'sbe37-4461', 'sbe37-3901', 'sbe37-3247'];

/** The window of the capture, which crosses New Year. The end is exclusive. */
const CAPTURE_FROM = Date.UTC(2011, 11, 15);
const CAPTURE_TO = Date.UTC(2012, 0, 15);

const USAGE = `npm run samples -- [--source <parquet>] [--out <folder>] [--all]

  --source  the mooring's table (default: the RAPID WB2 table in ../shared/data)
  --out     where to write (default: samples/rapid-wb2)
  --all     write only telemetry.pb, with every row of all 17 instruments
`;

const { values } = parseArgs({
  options: {
    source: {
      type: 'string',
      default: path.join(root, '../shared/data/ocean_obs/rapid_wb2_mooring/rapid_wb2_9_201114_all17_long.parquet'),
    },
    out: { type: 'string', default: samples },
    all: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(USAGE);
else await makeSamples(values.source, values.out, values.all);

async function makeSamples(source: string, out: string, all: boolean): Promise<void> {
  const readings = await readMooring(source);
  const encode = await telemetryEncoder(path.join(samples, 'telemetry.proto'));
  await mkdir(out, { recursive: true });
  const kept = all ? readings : readings.filter(({ device_id }) => WHOLE_RECORD.includes(device_id));
  const stream = path.join(out, 'telemetry.pb');
  await writeFile(stream, delimit(kept.map(encode)));
  await report(stream, kept, 'length-delimited');
  if (all) return;
  const window = readings.filter(({ time }) => time.getTime() >= CAPTURE_FROM && time.getTime() < CAPTURE_TO);
  const publications = window.map((row) => ({ topic: `ocean/telemetry/${row.device_id}`, payload: encode(row) }));
  const capture = path.join(out, 'mosquitto.log');
  const how = await recordCapture(publications, 'ocean/telemetry/#', capture);
  await report(capture, window, how);
}

async function report(file: string, readings: MooringReading[], how: string): Promise<void> {
  const { size } = await stat(file);
  const devices = new Set(readings.map(({ device_id }) => device_id)).size;
  console.log(`${file}: ${readings.length} messages of ${devices} instruments, ${size} bytes (${how})`);
}
