import type { StringDictionary } from '../../decode/string-dictionary';
import { EXIT, ToolError } from '../../tool-error';
import type { CaptureParser } from '../capture-parser';
import type { MessageBatch, RejectReason } from '../message-batch';
import { CaptureFileError } from './capture-file-error';
import type { CapturedMessage, CaptureProblem, CaptureProblemReason } from './captured-message';
import type { CaptureOptions } from './capture-context';
import type { CaptureReport } from './capture-report';
import { MqttCapture } from './mqtt-capture';
import { networkNotes } from './network-notes';

/** Bytes read at a time, between looks at whether the batch is full. */
const STEP_BYTES = 1 << 16;
const SMALLEST_ARENA = 1 << 18;

const REASONS: Record<CaptureProblemReason, RejectReason> = {
  truncated: 'truncated',
  malformed: 'bad_framing',
  oversized: 'bad_framing',
  damaged: 'bad_framing',
  unresolved_alias: 'undecodable',
};

/** Reads a network capture as an input of `tidelake ingest`: each MQTT message once, with its topic and receive time. */
export class MqttCaptureParser implements CaptureParser {
  readonly #path: string;
  readonly #topics: StringDictionary;
  readonly #topicNumbers = new Map<string, number>();
  readonly #capture: MqttCapture;
  #batch: MessageBatch | undefined;
  /** Payloads of the messages in the batch. */
  #arena = new Uint8Array(SMALLEST_ARENA);
  #arenaUsed = 0;
  /** Messages that a full batch had no room for. */
  #waiting: CapturedMessage[] = [];
  #waitingFrom = 0;
  #ended = false;

  /**
   * @param path names the capture in errors
   * @param topics where topics get their numbers
   */
  constructor(path: string, topics: StringDictionary, options: CaptureOptions = {}) {
    this.#path = path;
    this.#topics = topics;
    this.#capture = new MqttCapture(
      {
        message: (message) => {
          this.#message(message);
        },
        problem: (problem) => {
          this.#problem(problem);
        },
      },
      options,
    );
  }

  /** What the capture held, as far as it has been read. */
  get report(): CaptureReport {
    return this.#capture.report;
  }

  /** What a person should know about the capture beyond its messages, once it has been read. */
  notes(): string[] {
    return networkNotes(this.#capture.report);
  }

  /** @throws ToolError where the bytes are not a network capture that is read */
  parse(
    bytes: Uint8Array<ArrayBuffer>,
    start: number,
    end: number,
    _base: number,
    last: boolean,
    batch: MessageBatch,
  ): number {
    this.#batch = batch;
    this.#arenaUsed = 0;
    batch.bytes = this.#arena;
    this.#takeWaiting(batch);
    let at = start;
    try {
      while (at < end && !batch.full) {
        const next = Math.min(end, at + STEP_BYTES);
        // A copy, since what is left of it is needed after the caller has moved its buffer on.
        this.#capture.push(bytes.slice(at, next));
        at = next;
      }
      if (last && at === end && !batch.full && !this.#ended) {
        this.#ended = true;
        this.#capture.end();
      }
    } catch (error) {
      if (error instanceof CaptureFileError)
        throw new ToolError(EXIT.input, `${this.#path}: ${error.message}`, error.advice);
      throw error;
    }
    return at;
  }

  #message(message: CapturedMessage): void {
    const batch = this.#batch;
    if (batch === undefined || batch.full) this.#waiting.push({ ...message, payload: message.payload.slice() });
    else this.#add(message, batch);
  }

  #takeWaiting(batch: MessageBatch): void {
    while (!batch.full) {
      const message = this.#waiting[this.#waitingFrom];
      if (message === undefined) {
        this.#waiting = [];
        this.#waitingFrom = 0;
        return;
      }
      this.#waitingFrom++;
      this.#add(message, batch);
    }
  }

  #add(message: CapturedMessage, batch: MessageBatch): void {
    const { payload } = message;
    const start = this.#arenaUsed;
    const end = start + payload.length;
    if (end > this.#arena.length) {
      const larger = new Uint8Array(2 * end);
      larger.set(this.#arena.subarray(0, start));
      this.#arena = larger;
      batch.bytes = larger;
    }
    this.#arena.set(payload, start);
    this.#arenaUsed = end;
    batch.add(
      start,
      end,
      message.packetOffset,
      payload.length,
      this.#topicNumber(message.topic),
      message.receiveTimeUs,
    );
  }

  #problem({ reason, detail, packetOffset, receiveTimeUs, topic, payload }: CaptureProblem): void {
    this.#batch?.rejects.push({
      reason: REASONS[reason],
      detail,
      offset: packetOffset,
      length: payload.length,
      topic,
      receiveTime: Number.isNaN(receiveTimeUs) ? null : receiveTimeUs,
      payload,
    });
  }

  #topicNumber(topic: string): number {
    let number = this.#topicNumbers.get(topic);
    if (number === undefined) this.#topicNumbers.set(topic, (number = this.#topics.internText(topic)));
    return number;
  }
}
