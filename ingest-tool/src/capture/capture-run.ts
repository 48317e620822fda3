import { rm, stat } from 'node:fs/promises';
import type { RecordSchema } from '../decode/record-schema';
import { ingest } from '../ingest/ingest-run';
import type { IngestReport } from '../ingest/ingest-report';
import type { Mapping } from '../map/mapping';
import { LakeBusyError } from '../publish/lake-lock';
import type { ToolError } from '../tool-error';
import { formatBrokerAddress } from './broker-address';
import { connectBroker, filtersOf, type BrokerSettings } from './broker-connection';
import { addFlush, emptyCaptureReport, type CaptureReport, type FlushReport } from './capture-report';
import type { FlushRule } from './flush-rule';
import { messageLine } from './message-line';
import { Spool } from './spool';
import { takePlace, type WorkerPlace } from './worker-place';

/** Time between two attempts to write a lake that another worker is writing. */
const BUSY_MS = 200;

const PROGRESS_MS = 250;

export interface CaptureSettings {
  /** Without a client id the place's own is used. */
  broker: Omit<BrokerSettings, 'clientId'> & { clientId: string | undefined };
  lake: string;
  schema: RecordSchema | undefined;
  mapping: Mapping;
  flush: FlushRule;
  latenessMs: number;
  /** Memory for rows in bytes; beyond it they go to the disk. */
  memoryBytes: number;
  /** Asks it to end: what has been received is filed first. */
  signal: AbortSignal;
  onChange: (what: string) => void;
  onFlush: (flush: FlushReport) => void;
  onProgress: (state: { received: number; filed: number; connected: boolean }) => void;
}

/**
 * Receives messages and files them into a lake until it is asked to end. A message is acknowledged when it is in the spool,
 * on the disk; whenever the process is killed, the next worker files what is there.
 * @throws ToolError where the broker refuses, or the lake or the disk do
 */
export async function capture(settings: CaptureSettings): Promise<CaptureReport> {
  const started = performance.now();
  const report = emptyCaptureReport();
  // Finds out before anything is received whether lake, schema and mapping fit each other.
  await file([], settings);
  const { address, topics, group, qos } = settings.broker;
  const purpose = [formatBrokerAddress(address), ...filtersOf(topics, group), qos].join('\n');
  const { own, abandoned } = await takePlace(settings.lake, purpose);
  try {
    for (const place of [...abandoned, own]) report.recovered += await fileLeftovers(place, settings, report);
    const spool = new Spool(own.folder, own.serial);
    await receive(spool, own, settings, report);
  } finally {
    for (const place of [...abandoned, own]) await place.release();
  }
  report.elapsedSeconds = Number(((performance.now() - started) / 1000).toFixed(3));
  return report;
}

async function receive(
  spool: Spool,
  { clientId }: WorkerPlace,
  settings: CaptureSettings,
  report: CaptureReport,
): Promise<void> {
  let failure: Error | undefined;
  let wake = (): void => undefined;
  const fail = (error: ToolError | Error): void => {
    failure ??= error;
    wake();
  };
  const synced = (): Promise<void> =>
    spool.synced().catch((error: unknown) => {
      fail(error instanceof Error ? error : new Error(String(error)));
      throw error;
    });
  const connection = connectBroker(
    { ...settings.broker, clientId: settings.broker.clientId ?? clientId },
    {
      onMessage: (message) => {
        spool.append(messageLine(message, performance.timeOrigin + performance.now()));
        report.messages++;
        // Nothing is sent for a message of QoS 0, so nothing else would bring it to the disk.
        if (message.qos === 0) synced().catch(() => undefined);
        if (spool.messages >= settings.flush.messages) wake();
      },
      synced,
      onChange: settings.onChange,
      onRefusal: fail,
    },
  );
  const isOver = (): boolean => settings.signal.aborted || failure !== undefined;
  const onAbort = (): void => wake();
  settings.signal.addEventListener('abort', onAbort);
  try {
    while (!isOver()) {
      const due = performance.now() + settings.flush.milliseconds;
      for (let now = performance.now(); now < due && spool.messages < settings.flush.messages && !isOver();) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, Math.min(PROGRESS_MS, due - now));
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        now = performance.now();
        settings.onProgress({ received: report.messages, filed: report.filed, connected: connection.connected() });
      }
      if (!isOver()) await flush(spool, settings, report);
    }
  } finally {
    settings.signal.removeEventListener('abort', onAbort);
    await connection.close();
    report.reconnects = connection.reconnects();
  }
  // What cannot be written now is filed by the next worker; the first failure is the one to tell of.
  if (failure === undefined) await flush(spool, settings, report);
  else await flush(spool, settings, report).catch(() => undefined);
  if (failure !== undefined) throw failure;
}

async function flush(spool: Spool, settings: CaptureSettings, report: CaptureReport): Promise<void> {
  const ended = await spool.rotate();
  if (ended !== undefined) await fileAndRemove([ended.path], settings, report);
}

async function fileLeftovers(place: WorkerPlace, settings: CaptureSettings, report: CaptureReport): Promise<number> {
  if (place.leftovers.length === 0) return 0;
  settings.onChange(`Filing what an earlier worker left in ${place.folder}`);
  return fileAndRemove(place.leftovers, settings, report);
}

async function fileAndRemove(paths: string[], settings: CaptureSettings, report: CaptureReport): Promise<number> {
  const done = await file(paths, settings);
  addFlush(report, done);
  settings.onFlush({ event: 'flush', ...done });
  for (const path of paths) await rm(path);
  return done.messages;
}

/** Files captures, waiting as long as others write the lake. */
async function file(paths: string[], settings: CaptureSettings): Promise<IngestReport> {
  const { lake, schema, mapping, latenessMs, memoryBytes, onChange } = settings;
  const captures = await Promise.all(paths.map(async (path) => ({ path, size: (await stat(path)).size })));
  for (let attempt = 0; ; attempt++) {
    try {
      return await ingest({
        captures,
        format: 'mosquitto',
        schema,
        mapping,
        lake,
        latenessMs,
        memoryBytes,
        signal: new AbortController().signal,
        onProgress: () => undefined,
      });
    } catch (error) {
      if (!(error instanceof LakeBusyError)) throw error;
      if (attempt > 0 && attempt % 50 === 0) onChange(`${error.message}; waiting`);
      // Not the same time for all, so that they do not meet again and again.
      await new Promise((resolve) => setTimeout(resolve, BUSY_MS * (0.5 + Math.random())));
    }
  }
}
