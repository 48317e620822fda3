import { LakeError } from '../lake/lake-error';
import type { LakeErrorData } from '../lake/lake-error';
import { damagedFile } from './damaged-file';
import type { Decoder, DecoderReply, DecoderRequest } from './decoder-protocol';

/** A worker that answers some requests at a time, in their order. */
export interface DecodeWorker {
  postMessage(requests: DecoderRequest[]): void;
  terminate(): void;
}

/**
 * Starts a worker.
 * @param onReplies told of its answers to the last message, all at once
 * @param onError told why it cannot go on
 */
export type StartDecodeWorker = (
  onReplies: (replies: DecoderReply[]) => void,
  onError: (reason: string) => void,
) => DecodeWorker;

interface Job {
  request: DecoderRequest;
  settle: (reply: DecoderReply) => void;
  /** Whether a worker has crashed that was given it among others. */
  isSuspect: boolean;
}

interface Lane {
  worker: DecodeWorker;
  /** What it is at; empty while it rests. */
  jobs: Job[];
}

/** Workers beyond this many would wait for the one engine that takes what they decode. */
const MOST_WORKERS = 4;

/** Each worker's memory grows to some 100 MB and never shrinks. */
const MOST_WORKERS_IN_LITTLE_MEMORY = 2;

/**
 * What goes to a worker in one message at most: a message wakes two threads, which takes as long as decoding a small file.
 * Little enough that other workers find work, too.
 */
const MOST_FILES_AT_ONCE = 16;
const MOST_BYTES_AT_ONCE = 256 << 10;

/** Milliseconds after which workers that are not needed any more give their memory back, all but one. */
const IDLE = 20_000;

/**
 * How many workers may decode at a time: two cores are left to the engine and to the page and its session.
 * @param memory of the device in GB, as the browser rounds it; undefined where it does not tell
 */
export function decoderCount(cores: number, memory: number | undefined): number {
  const most = memory !== undefined && memory <= 4 ? MOST_WORKERS_IN_LITTLE_MEMORY : MOST_WORKERS;
  return Math.max(1, Math.min(most, Math.floor(cores) - 2));
}

/** A decoder of as many workers as the machine bears; the first starts at once, the others when there is work for them. */
export function startDecoder(): Decoder {
  const { hardwareConcurrency } = navigator;
  const memory = 'deviceMemory' in navigator ? Number(navigator.deviceMemory) : undefined;
  return createDecoder(startModuleWorker, decoderCount(hardwareConcurrency, memory));
}

/**
 * A decoder in workers. Small files that wait are given to one together; where it crashes, each is tried again alone, so that
 * a crash is the fault of one file. Its worker is then replaced, and no other file is lost.
 * @param most workers at a time
 */
export function createDecoder(startWorker: StartDecodeWorker, most: number): Decoder {
  const waiting: Job[] = [];
  const lanes = new Set<Lane>();
  let idle: ReturnType<typeof setTimeout> | undefined;
  addLane();

  function addLane(): Lane {
    const worker = startWorker(
      (replies) => {
        const { jobs } = lane;
        lane.jobs = [];
        // The worker goes on while its answers are taken in.
        next();
        jobs.forEach((job, index) =>
          job.settle(replies[index] ?? { kind: 'failed', error: decoderFailed('no answer') }),
        );
      },
      (reason) => crashed(lane, reason),
    );
    const lane: Lane = { worker, jobs: [] };
    lanes.add(lane);
    return lane;
  }

  function crashed(lane: Lane, reason: string): void {
    dropLane(lane);
    const { jobs } = lane;
    const [only] = jobs;
    if (jobs.length > 1) waiting.unshift(...jobs.map((job) => ({ ...job, isSuspect: true })));
    else if (only) {
      // Where a page inside a file is corrupt, parquet-wasm panics outside the promise it gave, which never settles.
      const error = /RuntimeError/.test(reason) ? damagedFile(only.request.name).toData() : decoderFailed(reason);
      only.settle({ kind: 'failed', error });
    }
    next();
  }

  function dropLane(lane: Lane): void {
    lanes.delete(lane);
    lane.worker.terminate();
  }

  function next(): void {
    clearTimeout(idle);
    while (waiting.length > 0) {
      const lane = [...lanes].find(({ jobs }) => jobs.length === 0) ?? (lanes.size < most ? addLane() : undefined);
      if (!lane) return;
      lane.jobs = takeTogether(waiting);
      lane.worker.postMessage(lane.jobs.map(({ request }) => request));
    }
    idle = setTimeout(dropIdleLanes, IDLE);
  }

  function dropIdleLanes(): void {
    const [first] = lanes;
    for (const lane of lanes) if (lane !== first && lane.jobs.length === 0) dropLane(lane);
  }

  function ask(request: DecoderRequest): Promise<DecoderReply> {
    return new Promise((resolve) => {
      waiting.push({ request, settle: resolve, isSuspect: false });
      next();
    });
  }

  return {
    async decode(request) {
      const reply = await ask({ kind: 'decode', ...request });
      if (reply.kind !== 'decoded') throw failureOf(reply);
      return reply;
    },
    async columns(request) {
      const reply = await ask({ kind: 'columns', ...request });
      if (reply.kind !== 'columns') throw failureOf(reply);
      return reply.columns;
    },
    terminate() {
      clearTimeout(idle);
      for (const lane of lanes) dropLane(lane);
    },
  };
}

/** Takes the first job off the line, and those behind it that are small enough to go with it. */
function takeTogether(waiting: Job[]): Job[] {
  let count = 0;
  let bytes = 0;
  for (const { request, isSuspect } of waiting.slice(0, MOST_FILES_AT_ONCE)) {
    bytes += bytesOf(request);
    if (count > 0 && (isSuspect || bytes > MOST_BYTES_AT_ONCE)) break;
    count++;
    if (isSuspect) break;
  }
  return waiting.splice(0, count);
}

function bytesOf(request: DecoderRequest): number {
  if (request.kind === 'columns') return request.tail.byteLength;
  return request.parts.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
}

function startModuleWorker(
  onReplies: (replies: DecoderReply[]) => void,
  onError: (reason: string) => void,
): DecodeWorker {
  const worker = new Worker(new URL('./decode.worker.ts', import.meta.url), { type: 'module', name: 'decode' });
  worker.addEventListener('message', (event: MessageEvent<DecoderReply[]>) => onReplies(event.data));
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    onError(event.message);
  });
  return worker;
}

function failureOf(reply: DecoderReply): LakeError {
  return new LakeError('error' in reply ? reply.error : decoderFailed('an answer to another question'));
}

function decoderFailed(reason: string): LakeErrorData {
  return {
    code: 'unexpected',
    message: `The Parquet decoder could not run${reason ? `: ${reason}` : ''}.`,
    advice: 'Reload the page; if it happens again, please report it.',
  };
}
