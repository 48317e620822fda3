import path from 'node:path';
import { projectRoot } from './server';
import { runTidelake } from './tidelake-process';

const samples = path.join(projectRoot, 'samples/rapid-wb2');

/** Makes the lake of `npm start` from the committed captures, or finds it made: ingesting again changes nothing. */
export async function makeDemoLake(): Promise<string> {
  const lake = path.join(projectRoot, 'test-results/demo-lake');
  const run = runTidelake(
    'ingest',
    path.join(samples, 'telemetry.pb'),
    path.join(samples, 'mosquitto.log'),
    ...['--to', lake],
    ...['--proto', path.join(samples, 'telemetry.proto')],
    ...['--message', 'OceanTelemetry'],
    ...['--mapping', path.join(samples, 'mapping.yaml')],
  );
  const exitCode = await run.exited;
  if (exitCode !== 0) throw new Error(`The demo lake could not be made:\n${run.stdout()}\n${run.stderr()}`);
  return lake;
}
