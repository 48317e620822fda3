import path from 'node:path';
import { demoLakeCommands } from '../../scripts/lib/demo-lake.mjs';
import { projectRoot } from './server';
import { runTidelake } from './tidelake-process';

/**
 * Makes the lake of `npm start` from the committed captures, or finds it made: ingesting again changes nothing.
 * @param withManifest whether it is to have its manifest, as the demo does
 */
export async function makeDemoLake(withManifest = true): Promise<string> {
  const lake = path.join(projectRoot, 'test-results', withManifest ? 'demo-lake' : 'demo-lake-without-manifest');
  const { ingest, manifest } = demoLakeCommands(lake);
  for (const command of withManifest ? [ingest, manifest] : [ingest]) {
    const run = runTidelake(...command);
    const exitCode = await run.exited;
    if (exitCode !== 0) throw new Error(`The demo lake could not be made:\n${run.stdout()}\n${run.stderr()}`);
  }
  return lake;
}
