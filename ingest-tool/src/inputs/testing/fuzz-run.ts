import { EXIT, ToolError } from '../../tool-error';
import { detectFormat } from '../capture-format';
import { StringDictionary } from '../../decode/string-dictionary';
import { decompressed } from '../decompression';
import { messageParser } from '../message-parser';
import { COMPRESSED, fileOf, FUZZ_FORMATS, type FuzzFormat } from './fuzz-formats';
import { mutate, randomFrom, type Random } from './mutation';
import { runParser } from './parser-run';

const RECORDS = 12;

/** A block of zstd stands for this many times its bytes at most, and a gzip stream for less. */
const MOST_EXPANSION = 65_536;

/** What a run of fuzzing came to. */
export interface FuzzResult {
  runs: number;
  /** Inputs that were refused with words. */
  refused: number;
  /** Records that were read in all. */
  records: number;
}

/** The names of all forms of input that can be fuzzed. */
export const FUZZ_NAMES = [...Object.keys(FUZZ_FORMATS), ...Object.keys(COMPRESSED)];

/**
 * Feeds damaged files of a format to what reads it: no input may make it fail but with words, go on for ever, or keep more than there is,
 * and no record beside a damaged one may be lost.
 * @param onRun told of each run before it begins, so that one that hangs can be named
 * @throws Error naming the run where that does not hold; the same seed repeats it
 */
export async function fuzz(
  name: string,
  runs: number,
  seed: number,
  onRun: (run: number) => void = () => undefined,
): Promise<FuzzResult> {
  const random = randomFrom(seed);
  const result = { runs, refused: 0, records: 0 };
  const format = FUZZ_FORMATS[name];
  const stream = COMPRESSED[name];
  const records = Array.from({ length: RECORDS }, (_, n) => format?.record(n) ?? new Uint8Array(0));
  const whole =
    format === undefined ? [] : records.map((record) => readAll(format, fileOf(format, [record]), random)[0] ?? '');
  for (let run = 0; run < runs; run++) {
    onRun(run);
    try {
      if (stream !== undefined) await damagedStream(stream, random, result);
      else if (format === undefined) throw new Error(`there is no format ${name}`);
      else if (run % 2 === 1 && format.neighbours !== 'none') damagedRecords(format, records, whole, random, result);
      else damagedFile(format, records, random, result);
    } catch (error) {
      throw new Error(
        `${name}, run ${run} with seed ${seed}: ${error instanceof Error ? error.message : String(error)}`,
        {
          cause: error,
        },
      );
    }
  }
  return result;
}

/** Damage anywhere, the format declared or told from what is left of it. */
function damagedFile(format: FuzzFormat, records: readonly Uint8Array[], random: Random, result: FuzzResult): void {
  const bytes = mutate(fileOf(format, records.slice(0, 1 + random(RECORDS))), random);
  refusable(result, () => {
    result.records += readAll(format, bytes, random).length;
  });
  if (random(4) > 0) return;
  refusable(result, () => {
    const found = detectFormat(bytes, true, 'capture');
    if (found === 'network') return;
    runParser(messageParser(found, new StringDictionary()), bytes, random, ({ count }) => {
      result.records += count;
    });
  });
}

/** Damage to one or two records but for their ends: all others must be found. */
function damagedRecords(
  format: FuzzFormat,
  records: readonly Uint8Array[],
  keys: readonly string[],
  random: Random,
  result: FuzzResult,
): void {
  const damaged = new Set([1 + random(RECORDS - 1), 1 + random(RECORDS - 1)]);
  const parts = records.map((record, n) => {
    if (!damaged.has(n)) return record;
    const body = record.length - format.end;
    return Buffer.concat([mutate(record.subarray(0, body), random), record.subarray(body)]);
  });
  const found = readAll(format, fileOf(format, parts), random);
  result.records += found.length;
  const first = Math.min(...damaged);
  const there = new Set(found);
  const lost = keys.findIndex(
    (key, n) => !damaged.has(n) && !there.has(key) && (format.neighbours === 'all' || n < first),
  );
  if (lost < 0) return;
  const text = parts.map((part) => Buffer.from(part).toString('latin1')).join('');
  throw new Error(`record ${lost} is lost for damage to ${[...damaged].join(' and ')}: ${JSON.stringify(text)}`);
}

function readAll(format: FuzzFormat, bytes: Uint8Array<ArrayBuffer>, random: Random): string[] {
  const keys: string[] = [];
  runParser(format.parser(bytes), bytes, random, (batch) => keys.push(...format.keys(batch)));
  return keys;
}

async function damagedStream(stream: Uint8Array, random: Random, result: FuzzResult): Promise<void> {
  const bytes = mutate(stream, random);
  const piece = 1 + random(bytes.length);
  const pieces = async function* (): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += piece) yield Promise.resolve(bytes.subarray(at, at + piece));
  };
  const content = decompressed(pieces());
  let size = 0;
  for (let step = await content.next(); ; step = await content.next()) {
    if (step.done === true) {
      if (step.value !== undefined) result.refused++;
      break;
    }
    size += step.value.length;
    result.records++;
  }
  if (size > MOST_EXPANSION * bytes.length) throw new Error(`${size} bytes came out of ${bytes.length}`);
}

/** Does what may be refused with words, and nothing else. */
function refusable(result: FuzzResult, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof ToolError) || error.exitCode !== EXIT.input || error.advice === '') throw error;
    result.refused++;
  }
}
