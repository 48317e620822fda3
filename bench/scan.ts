/**
 * How fast the built site answers a lake on object storage, in a real Chromium, against plain DuckDB-WASM 1.28 and
 * hyparquet's own reader on the same server. `--latency <ms>` (again and again) measures at those latencies only, `--only
 * <text>` the cases whose name holds the text: the results of all such runs come together in one file. `--quick` leaves
 * the slowest baseline out; `--runs <n>` sets the runs a median is taken of.
 */
import { parseArgs } from 'node:util';
import { startServer, type RunningServer } from '../ingest-tool/src/serve/server';
import { startLatencyServer, type LatencyServer } from '../test/support/latency-server';
import { createMemoryStore } from '../test/support/memory-store';
import type { ServedStore } from '../test/support/served-store';
import { builtSite } from '../test/support/server';
import { SimulatedLake } from '../test/support/simulated-lake';
import { compared, stated, type BenchResult } from './bench-result';
import { launchBareBrowser, type BareBrowser } from './browser/bare-browser';
import { packageFolder, startPageServer, type PageServer } from './browser/page-server';
import { ensureLake, LAKES } from './scan/make-lakes';
import { nativeTableSql, warmQuery } from './scan/native-table';

import {
  fetchOnly,
  inFreshPage,
  queryTidelake,
  readHyparquet,
  readPlain,
  readTidelake,
  warmUp,
  type Reading,
} from './scan/readers';
import { assertSameAnswer, CASES, type HourlyRow, type ScanCase } from './scan/scan-case';
import { median, phasesText, resultsOf, type CaseMeasurements, type Measured } from './scan/scan-results';

type Protocol = 'h1' | 'h2';

interface Options {
  quick: boolean;
  /** Milliseconds. */
  latencies: number[];
  only: string;
  runs: number;
}

/** Everything that runs while the benchmark does. */
interface Bench {
  browser: BareBrowser;
  /** The built site, and a small lake beside it to warm up on. */
  site: RunningServer;
  pages: PageServer;
  servers: Record<Protocol, LatencyServer>;
}

const CONNECTIONS_HTTP1 = 6;
const FILES_OF_ALL = 1152;
/** Where one run takes longer than this, the median of more would add little: its spread is some per cent. */
const SLOW_MS = 10_000;
const WARM_RUNS = 7;
const WARM_REPEAT = 'warm repeat';
const WARM_LAKE = 'two-million-rows';

/** Measures every case. A reader that fails is reported with its reason, and the others go on. */
export async function measure(args: string[]): Promise<BenchResult[]> {
  const options = parseOptions(args);
  const bench = await startBench(options);
  try {
    const results: BenchResult[] = [];
    const answers = new Map<string, HourlyRow[]>();
    const slowPlain = new Map<number, Measured>();
    for (const latencyMs of options.latencies) {
      for (const protocol of ['h1', 'h2'] as const) {
        bench.servers[protocol].setLatency(latencyMs);
        for (const [id, scanCase] of Object.entries(CASES)) {
          if (!scanCase.name.includes(options.only)) continue;
          const network = `${protocol === 'h1' ? 'HTTP/1.1' : 'HTTP/2'} ${latencyMs} ms`;
          console.error(`${network} · ${scanCase.name}`);
          const measured = await measureCase(bench, options, { id, scanCase, protocol, latencyMs, answers, slowPlain });
          if (measured.tidelake.ok) console.error(`  tidelake: ${phasesText(measured.tidelake.value)}`);
          results.push(...resultsOf({ label: `${network} · ${scanCase.name}`, ...measured }));
        }
      }
    }
    if (WARM_REPEAT.includes(options.only)) results.push(...(await measureWarmRepeat(bench)));
    if ('17.5 million keys'.includes(options.only)) results.push(...(await measurePlanning(bench)));
    return results;
  } finally {
    await stopBench(bench);
  }
}

function parseOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      latency: { type: 'string', multiple: true, default: ['0', '20', '50', '100'] },
      only: { type: 'string', default: '' },
      runs: { type: 'string', default: '3' },
    },
  });
  const { quick, only, latency, runs } = values;
  return { quick, only, latencies: latency.map(Number), runs: Number(runs) };
}

async function startBench({ only }: Options): Promise<Bench> {
  const buckets: Record<string, ServedStore> = { 'simulated-year': new SimulatedLake() };
  const asked: ScanCase[] = Object.values(CASES).filter(({ name }) => name.includes(only));
  const lakes = new Set(asked.map(({ lake }) => lake));
  if (WARM_REPEAT.includes(only)) lakes.add(WARM_LAKE);
  for (const lake of lakes) buckets[lake] = await createMemoryStore(await ensureLake(lake));
  const [site, pages, h1, h2, browser] = await Promise.all([
    startServer({ lake: await ensureLake('station-days'), site: builtSite, keepRequests: false }),
    startPageServer({
      entry: new URL('scan/baseline.page.ts', import.meta.url),
      // Both builds of DuckDB-WASM.
      folders: {
        'duckdb-1.28': packageFolder('duckdb-wasm-1.28'),
        'duckdb-1.32': packageFolder('@duckdb/duckdb-wasm'),
      },
    }),
    startLatencyServer({ buckets }),
    startLatencyServer({ buckets, protocol: 'h2' }),
    launchBareBrowser(),
  ]);
  return { site, pages, browser, servers: { h1, h2 } };
}

async function stopBench({ browser, site, pages, servers }: Bench): Promise<void> {
  await browser.close();
  pages.close();
  await Promise.all([site.close(), servers.h1.close(), servers.h2.close()]);
}

interface CaseRun {
  id: string;
  scanCase: ScanCase;
  protocol: Protocol;
  latencyMs: number;
  /** The first answer to each case; every other one must be the same. */
  answers: Map<string, HourlyRow[]>;
  /** Plain DuckDB-WASM on the many files, by latency. */
  slowPlain: Map<number, Measured>;
}

async function measureCase(
  { browser, site, pages, servers }: Bench,
  { quick, runs }: Options,
  { id, scanCase, protocol, latencyMs, answers, slowPlain }: CaseRun,
): Promise<Omit<CaseMeasurements, 'label'>> {
  const server = servers[protocol];
  const bucketUrl = `${server.url}${scanCase.lake}/`;
  const timed = (reader: string, read: () => Promise<Reading>): Promise<Measured> =>
    measureReader(server, runs, read, ({ hours }) => {
      const known = answers.get(id);
      if (known === undefined) answers.set(id, hours);
      else assertSameAnswer(`${reader} on ${scanCase.name}`, known, hours);
    });
  const isAll = scanCase === CASES.allFiles;
  const readWithPlain = () => timed('plain', () => readPlain(browser, pages.url, scanCase, bucketUrl));
  async function measurePlain(): Promise<Measured | undefined> {
    if (!isAll) return readWithPlain();
    // It reads one file after the other, which HTTP/2 does not change, and takes minutes for the many files.
    if (protocol === 'h1' && !quick) slowPlain.set(latencyMs, await readWithPlain());
    return slowPlain.get(latencyMs);
  }
  const plain = await measurePlain();
  const promised = latencyMs === 50 ? promisedSpeedUp(scanCase, protocol) : undefined;
  return {
    ...(plain && { plain }),
    fetched: await measureReader(
      server,
      runs,
      () => fetchOnly(browser, pages.url, scanCase, bucketUrl),
      () => undefined,
    ),
    hyparquet: await timed('hyparquet', () => readHyparquet(browser, pages.url, scanCase, bucketUrl)),
    tidelake: await timed('tidelake', () =>
      readTidelake(browser, site.url, site.lakeUrl, scanCase, bucketUrl, () => server.clearLog()),
    ),
    ...(promised === undefined ? {} : { promisedSpeedUp: promised }),
    ...(isAll && protocol === 'h1' && latencyMs > 0 ? { limitMs: (FILES_OF_ALL / CONNECTIONS_HTTP1) * latencyMs } : {}),
  };
}

function promisedSpeedUp(scanCase: ScanCase, protocol: Protocol): number | undefined {
  if (scanCase === CASES.stationDay) return protocol === 'h1' ? 15 : 45;
  if (scanCase === CASES.allFiles) return protocol === 'h2' ? 80 : undefined;
  return scanCase === CASES.compacted || scanCase === CASES.manifest ? 9 : undefined;
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split('\n', 1)[0] ?? '').slice(0, 90);
}

/** The median time of some runs, each in a fresh browser profile; requests and bytes are those of the last run. */
async function measureReader(
  server: LatencyServer,
  runs: number,
  read: () => Promise<Reading>,
  check: (reading: Reading) => void,
): Promise<Measured> {
  const times: number[] = [];
  try {
    let last: Reading;
    do {
      server.clearLog();
      last = await read();
      check(last);
      times.push(last.ms);
    } while (times.length < runs && last.ms < SLOW_MS);
    return {
      ok: true,
      value: {
        ms: median(times),
        requests: server.requests.length,
        bytes: server.requests.reduce((sum, { bytes }) => sum + bytes, 0),
        wasted: server.count('head') + server.count('preflight'),
        ...(last.receipt === undefined ? {} : { receipt: last.receipt }),
      },
    };
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  }
}

/** The same aggregate over two million rows again and again, once they are here, against a table of the engine's own. */
async function measureWarmRepeat({ browser, site, pages, servers: { h1 } }: Bench): Promise<BenchResult[]> {
  const label = 'warm repeat of an aggregate over 2 M rows';
  console.error(label);
  h1.setLatency(0);
  const native = await inFreshPage(browser, pages.url, 'baseline', (page) =>
    page.evaluate(([fill, query, times]) => window.baseline.timeNative(fill, query, times), [
      nativeTableSql(LAKES[WARM_LAKE]),
      warmQuery('readings'),
      WARM_RUNS,
    ] as const),
  );
  const nativeMs = median(native.ms.slice(1));
  const baseline = compared(`${label} · native table`, nativeMs, 'ms');
  try {
    const warm = await inFreshPage(browser, site.url, 'tidelake', async (page) => {
      await warmUp(page, site.lakeUrl);
      await page.evaluate(async (lake) => void (await window.tidelake.open(lake)), `${h1.url}${WARM_LAKE}/`);
      const times: number[] = [];
      let requests = 0;
      for (let run = 0; run < WARM_RUNS; run++) {
        h1.clearLog();
        const { ms, rows } = await queryTidelake(page, warmQuery('lake'));
        if (rows.length !== native.rows.length) throw new Error(`${rows.length} rows, not ${native.rows.length}`);
        times.push(ms);
        requests = h1.requests.length;
      }
      return { times, requests };
    });
    return [
      baseline,
      compared(`${label} · tidelake, first time`, warm.times[0] ?? NaN, 'ms'),
      compared(`${label} · tidelake`, median(warm.times.slice(1)), 'ms', nativeMs),
      compared(`${label} · tidelake: requests`, warm.requests, 'requests'),
    ];
  } catch (error) {
    return [baseline, stated(`${label} · tidelake`, `failed: ${reasonOf(error)}`)];
  }
}

/** One station-month of a lake of 17.5 million files: what it costs to know which files to read, and to read them. */
async function measurePlanning({ browser, site, servers: { h2 } }: Bench): Promise<BenchResult[]> {
  const lake = new SimulatedLake();
  const label = `one station-month of ${lake.keys.length.toLocaleString('en-US')} keys`;
  console.error(label);
  h2.setLatency(50);
  const where = `station = '${lake.stations[250] ?? ''}' AND timestamp >= '2025-06-01' AND timestamp < '2025-07-01'`;
  try {
    return await inFreshPage(browser, site.url, 'tidelake', async (page) => {
      await warmUp(page, site.lakeUrl);
      h2.clearLog();
      const opened = performance.now();
      await page.evaluate(async (url) => void (await window.tidelake.open(url)), `${h2.url}simulated-year/`);
      const openMs = performance.now() - opened;
      const openRequests = h2.requests.length;
      h2.clearLog();
      const { ms, rows, receipt } = await queryTidelake(page, `SELECT count(*) AS n FROM lake WHERE ${where}`);
      const [[count] = []] = rows;
      if (count !== 30 * 96 * 4) throw new Error(`${count} rows, not ${30 * 96 * 4}`);
      return [
        compared(`${label} · opening`, openMs, 'ms'),
        compared(`${label} · opening: requests`, openRequests, 'requests'),
        compared(`${label} · listing requests`, h2.count('list'), 'requests', 40),
        compared(`${label} · planning and listing`, receipt.phases.plan + receipt.phases.list, 'ms', 1000),
        compared(`${label} · files read`, receipt.filesFetched, 'files'),
        compared(`${label} · whole query`, ms, 'ms'),
      ];
    });
  } catch (error) {
    return [stated(label, `failed: ${reasonOf(error)}`)];
  }
}
