/**
 * Fuzzes the readers of inputs: `npm run fuzz -- --runs 100000 --format csv --seed 1`. Each format runs in a thread of its own under a
 * watch for hanging and for memory. Prints a line a format, and exits with 1 where one fails.
 */
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { fuzz, FUZZ_NAMES } from '../ingest-tool/src/inputs/testing/fuzz-run';

/** A run that takes longer hangs, in milliseconds. */
const HANG_MS = 30_000;

/** Memory a format's thread may hold, in megabytes. */
const MEMORY_MB = 512;

/** A thread knows no TypeScript before it is taught. */
const BOOT = `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(import.meta.url)}); })`;

interface Task {
  name: string;
  runs: number;
  seed: number;
  progress: SharedArrayBuffer;
}

if (isMainThread) await main();
else await work(workerData as Task);

async function work({ name, runs, seed, progress }: Task): Promise<void> {
  const at = new Int32Array(progress);
  const { records, refused } = await fuzz(name, runs, seed, (run) => Atomics.store(at, 0, run));
  parentPort?.postMessage({ records, refused });
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '100000' },
      seed: { type: 'string', default: '1' },
      format: { type: 'string', multiple: true, default: FUZZ_NAMES },
    },
  });
  for (const name of values.format) {
    const started = performance.now();
    const outcome = await watched({
      name,
      runs: Number(values.runs),
      seed: Number(values.seed),
      progress: new SharedArrayBuffer(4),
    });
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${name.padEnd(18)} ${values.runs} runs of seed ${values.seed} in ${seconds} s: ${outcome}`);
  }
}

/** Runs a format in a thread; ends the thread and says so where it hangs, fails or takes too much memory. */
async function watched(task: Task): Promise<string> {
  const worker = new Worker(BOOT, {
    eval: true,
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
  });
  const at = new Int32Array(task.progress);
  return new Promise((resolve) => {
    let last = -1;
    const end = (outcome: string, isGood: boolean): void => {
      clearInterval(timer);
      if (!isGood) process.exitCode = 1;
      void worker.terminate();
      resolve(outcome);
    };
    const timer = setInterval(() => {
      const run = Atomics.load(at, 0);
      if (run === last) end(`HANGS in run ${run}`, false);
      last = run;
    }, HANG_MS);
    worker.on('message', ({ records, refused }: { records: number; refused: number }) =>
      end(`held; ${records} records read, ${refused} inputs refused`, true),
    );
    worker.on('error', (error) => end(`FAILED: ${error.message}`, false));
  });
}
