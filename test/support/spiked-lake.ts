import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { decodeDelimited, delimited, encodeTelemetry, ROOT, type Telemetry, TELEMETRY_PROTO } from './ocean-telemetry';
import { runTidelake } from './tidelake-process';

const DECEMBER = Date.UTC(2011, 11, 1) / 1000;
const FEBRUARY = Date.UTC(2012, 1, 1) / 1000;

/** The device with spikes, how warm it says it is then, and when: in the middle of December, between two true readings. */
export const SPIKES = {
  device: 'sbe37-3901',
  celsius: 14.5,
  times: [Date.UTC(2011, 11, 16, 11, 45), Date.UTC(2011, 11, 16, 12, 45)],
};

const MAPPING = {
  preset: 'ocean-telemetry',
  title: 'RAPID WB2 mooring in two parts',
  license: 'CC-BY-4.0',
  attribution: 'RAPID-MOCHA-WBTS 26°N array; changed: see samples/ATTRIBUTION.md',
  stations: [
    {
      ...{ id: 'wb2-above', name: 'Mooring WB2, above 1000 m', latitude: 26.515333, longitude: -76.742833 },
      devices: [
        { id: 'sbe37-3220', depth: 50 },
        { id: 'sbe37-3904', depth: 500 },
      ],
    },
    {
      ...{ id: 'wb2-below', name: 'Mooring WB2, below 1000 m', latitude: 27.9, longitude: -74.4 },
      devices: [
        { id: 'sbe37-4461', depth: 1100 },
        { id: SPIKES.device, depth: 2300 },
        { id: 'sbe37-3247', depth: 3850 },
      ],
    },
  ],
  checks: { variables: { temperature: { spike: { suspect: 3, fail: 8 } } } },
};

/**
 * Makes, by the command line, a lake of two months of the committed captures as two stations, with spikes such as loggers make
 * and the flags of a spike test; or finds it made.
 * @returns its folder
 */
export async function makeSpikedLake(): Promise<string> {
  const lake = path.join(ROOT, 'test-results/spiked-lake');
  const inputs = path.join(ROOT, 'test-results/spiked-lake-inputs');
  const capture = path.join(inputs, 'telemetry.pb');
  const mapping = path.join(inputs, 'mapping.yaml');
  const record = decodeDelimited(readFileSync(path.join(ROOT, 'samples/rapid-wb2/telemetry.pb')));
  const months = record.filter(({ timestamp = 0 }) => timestamp >= DECEMBER && timestamp < FEBRUARY);
  const like = months.find(({ deviceId }) => deviceId === SPIKES.device);
  const spikes = SPIKES.times.map((time): Telemetry => ({
    ...like,
    timestamp: time / 1000,
    waterTempCelsius: SPIKES.celsius,
  }));
  mkdirSync(inputs, { recursive: true });
  writeFileSync(capture, delimited([...months, ...spikes].map(encodeTelemetry)));
  writeFileSync(mapping, JSON.stringify(MAPPING));
  const run = runTidelake(
    ...['ingest', capture, '--to', lake, '--proto', TELEMETRY_PROTO],
    ...['--message', 'OceanTelemetry', '--mapping', mapping],
  );
  if ((await run.exited) !== 0) throw new Error(`The lake could not be made:\n${run.stdout()}\n${run.stderr()}`);
  return lake;
}
