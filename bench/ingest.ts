/**
 * Twenty instruments, a message a second, into a lake: by the built tool, with the checks of a mapping, from each kind of
 * capture; beside it the pipelines people write, and what decoding and encoding take alone.
 */
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPackages, NoPackageError, runScript } from '../test/interop/python-packages';
import { compared, stated, type BenchResult } from './bench-result';
import { jsonPipeline } from './ingest/json-pipeline';
import { decodeRate, encodeRate } from './ingest/stage-limits';
import { writeTelemetryCapture, type CaptureKind } from './ingest/telemetry-captures';
import { runTool, type ToolRun } from './tool-run';

const PROTO = fileURLToPath(new URL('../samples/rapid-wb2/telemetry.proto', import.meta.url));
const WANTED_RATE = 800_000;
const MEMORY_LIMIT_MB = 700;
const MEMORY_GROWTH_LIMIT = 1.2;
/** What slower pipelines get of the messages. */
const SHARE_OF_OTHERS = 10;
const MAPPING = `preset: ocean-telemetry
checks:
  variables:
    temperature: { grossRange: { fail: [-2.5, 40], suspect: [-2, 35] }, spike: { suspect: 0.5, fail: 2 }, rateOfChange: { suspect: 0.5 } }
    salinity: { grossRange: { fail: [2, 42] } }
`;

/** Captures of the same messages that are compared with the length-delimited one, and what a mapping says of them beside. */
const OTHER_CAPTURES: [kind: CaptureKind, name: string, mapping?: string][] = [
  ['mosquitto', 'mosquitto_sub lines'],
  ['json', 'mosquitto_sub %j with JSON', "payload: [{ topic: '#', decoder: json }]\n"],
  ['network', 'MQTT pcap'],
  ['csv', 'CSV', 'table: { format: csv }\n'],
];

/** @param args how many messages; 20 million where it is left out */
export async function measure(args: string[]): Promise<BenchResult[]> {
  const messages = Number(args[0] ?? 20_000_000);
  const few = Math.round(messages / SHARE_OF_OTHERS);
  const folder = await mkdtemp(join(tmpdir(), 'tidelake-bench-ingest-'));
  const results: BenchResult[] = [];
  try {
    const mapping = join(folder, 'mapping.yaml');
    await writeFile(mapping, MAPPING);
    const capture = async (kind: CaptureKind, count: number): Promise<string> => {
      const path = join(folder, `${kind}-${count}`);
      writeTelemetryCapture(path, kind, count);
      return path;
    };
    const protobuf = ['--proto', PROTO, '--message', 'OceanTelemetry', '--mapping', mapping];
    const run = async (input: string, count: number, options = protobuf): Promise<ToolRun> => {
      const lake = join(folder, 'lake');
      await rm(lake, { recursive: true, force: true });
      const own = await runTool(['ingest', input, '--to', lake, ...options]);
      if (own.report['rows'] !== count) throw new Error(`${input} became ${String(own.report['rows'])} rows`);
      return own;
    };

    const small = await capture('delimited', few);
    const tenth = await run(small, few);
    const large = await capture('delimited', messages);
    const whole = await run(large, messages);
    const inputBytes = (await stat(large)).size;
    results.push(
      compared('messages', messages, ''),
      compared('length-delimited: rate, of what is wanted', rateOf(whole, messages), 'messages/s', WANTED_RATE),
      compared('length-delimited: processor time of all threads', whole.processorSeconds, 's'),
      compared('length-delimited: peak memory, of the limit', whole.peakMb, 'MB', MEMORY_LIMIT_MB),
      compared('length-delimited: peak memory, of that with a tenth of it', whole.peakMb, 'MB', tenth.peakMb),
      compared('length-delimited: files, of the capture', Number(whole.report['bytes']), 'bytes', inputBytes),
      stated(
        'memory grows less than',
        `${MEMORY_GROWTH_LIMIT} times: ${whole.peakMb <= MEMORY_GROWTH_LIMIT * tenth.peakMb}`,
      ),
    );
    const again = await runTool(['ingest', large, '--to', join(folder, 'lake'), ...protobuf]);
    results.push(
      compared('the same again, which changes nothing', again.seconds, 's', whole.seconds),
      compared('the same again: peak memory, of the limit', again.peakMb, 'MB', MEMORY_LIMIT_MB),
      stated('files it wrote', String(again.report['filesWritten'])),
    );
    await rm(large);

    for (const [kind, name, more] of OTHER_CAPTURES) {
      const path = await capture(kind, few);
      const own = join(folder, `${kind}.yaml`);
      await writeFile(own, `${MAPPING}${more ?? ''}`);
      const done = await run(path, few, more === undefined ? protobuf : ['--mapping', own]);
      results.push(
        compared(`${name}: rate, of length-delimited`, rateOf(done, few), 'messages/s', rateOf(tenth, few)),
        compared(`${name}: peak memory, of the limit`, done.peakMb, 'MB', MEMORY_LIMIT_MB),
      );
      await rm(path);
    }
    results.push(...(await others(small, few, rateOf(tenth, few), folder)));
    results.push(
      compared('limit: reading and decoding alone', Math.round(await decodeRate(small, PROTO)), 'messages/s'),
      compared('limit: Parquet encoding alone, one thread', Math.round(await encodeRate(PROTO, 20)), 'rows/s'),
      stated(
        'processes wanting a core meanwhile (1, 5, 15 min)',
        loadavg()
          .map((load) => load.toFixed(1))
          .join(', '),
      ),
    );
    return results;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function rateOf({ seconds }: ToolRun, messages: number): number {
  return Math.round(messages / seconds);
}

/** The plain pipelines, without checks, duplicates, late rows, quarantine or a second run. */
async function others(path: string, messages: number, rate: number, folder: string): Promise<BenchResult[]> {
  const seconds = await jsonPipeline(path, PROTO, folder);
  const json = compared('protobufjs → JSON → DuckDB, of ours', Math.round(messages / seconds), 'messages/s', rate);
  try {
    await installPackages(['protobuf==7.36.2', 'pyarrow==26.0.1']);
  } catch (error) {
    if (!(error instanceof NoPackageError)) throw error;
    return [json, stated('Python script', error.message)];
  }
  const report: unknown = await runScript('../../bench/ingest/plain-pipeline.py', [path, join(folder, 'python')]);
  const own = report instanceof Object && 'elapsedSeconds' in report ? Number(report.elapsedSeconds) : Number.NaN;
  return [json, compared('Python script (protobuf, pyarrow), of ours', Math.round(messages / own), 'messages/s', rate)];
}
