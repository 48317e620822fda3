/** `npm run bench -- <name>`: runs bench/<name>.ts, prints its table and keeps it as bench/results/<name>.json. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { mergeReports, reportOf, tableOf, type BenchReport, type BenchResult } from './bench-result';

/** What a benchmark's file exports. */
interface Benchmark {
  measure(args: string[]): Promise<BenchResult[]>;
}

function isBenchmark(value: object): value is Benchmark {
  return 'measure' in value && typeof value.measure === 'function';
}

const folder = dirname(fileURLToPath(import.meta.url));
const [name, ...args] = process.argv.slice(2);
const names = (await readdir(folder))
  .filter(
    (file) =>
      file.endsWith('.ts') &&
      !['run.ts', 'bench-result.ts', 'tool-run.ts'].includes(file) &&
      !file.endsWith('.test.ts'),
  )
  .map((file) => file.slice(0, -3));

if (name === undefined || !names.includes(name)) {
  console.error(`Usage: npm run bench -- <name>\nBenchmarks: ${names.join(', ')}`);
  process.exitCode = 2;
} else {
  const benchmark: object = await import(pathToFileURL(join(folder, `${name}.ts`)).href);
  if (!isBenchmark(benchmark)) throw new Error(`bench/${name}.ts exports no measure()`);
  const report = reportOf(name, await benchmark.measure(args));
  console.log(tableOf(report.runs.flatMap(({ results }) => results)));
  const path = join(folder, 'results', `${name}.json`);
  await mkdir(dirname(path), { recursive: true });
  const earlier: BenchReport | undefined = await readFile(path, 'utf8').then(JSON.parse, () => undefined);
  await writeFile(path, `${JSON.stringify(mergeReports(earlier, report), null, 2)}\n`);
  console.log(`\nWritten to ${path}`);
}
