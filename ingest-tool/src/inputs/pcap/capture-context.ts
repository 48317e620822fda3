import { ByteBudget } from './byte-budget';
import type { MessageSink } from './captured-message';
import type { CaptureReport } from './capture-report';
import { CopyFilter } from './copy-filter';
import { TopicCache } from './topic-cache';

/** Ports on which MQTT is expected; on any other it is found by its content. */
const MQTT_PORTS = [1883, 1884, 11883, 21883];
const DEFAULT_COPY_WINDOW_SECONDS = 10;
const DEFAULT_COPY_MEMORY = 1 << 16;
const DEFAULT_LONGEST_MESSAGE_BYTES = 16 << 20;
const DEFAULT_BUFFER_BYTES = 64 << 20;
/** Brokers and shared subscriptions known by name. */
const MOST_REMEMBERED = 1 << 16;

/** What may be set about reading a network capture. */
export interface CaptureOptions {
  /** Seconds between the sights of one message on its way to the broker and to its subscribers; 10 if not given, 0 to get every PUBLISH. */
  copyWindowSeconds?: number;
  /** Messages of that window remembered at most; 65,536 if not given. */
  copyMemory?: number;
  /** More ports on which MQTT is expected, so that less is asked of what is found there. */
  mqttPorts?: readonly number[];
  /** Protocol version of connections whose CONNECT is not in the capture: 3, 4 (3.1.1) or 5; told from their packets if not given. */
  assumedVersion?: number;
  /** Longest MQTT packet that is read; 16 MiB if not given. */
  longestMessageBytes?: number;
  /** Memory for packets and segments that wait for the rest; 64 MiB if not given. */
  bufferBytes?: number;
  /** TCP connections remembered at the same time; 65,536 if not given. */
  connections?: number;
}

/** What all connections of a capture share. */
export class CaptureContext {
  readonly report: CaptureReport;
  readonly sink: MessageSink;
  readonly budget: ByteBudget;
  readonly topics = new TopicCache();
  readonly copies: CopyFilter;
  readonly mqttPorts: ReadonlySet<number>;
  readonly assumedVersion: number | undefined;
  readonly longestMessageBytes: number;
  readonly #brokers = new Set<string>();
  readonly #shared = new Map<string, number>();
  #subscribers = 0;

  constructor(options: CaptureOptions, sink: MessageSink, report: CaptureReport) {
    this.report = report;
    this.sink = sink;
    this.budget = new ByteBudget(options.bufferBytes ?? DEFAULT_BUFFER_BYTES);
    this.copies = new CopyFilter(
      (options.copyWindowSeconds ?? DEFAULT_COPY_WINDOW_SECONDS) * 1e6,
      options.copyMemory ?? DEFAULT_COPY_MEMORY,
      report,
    );
    this.mqttPorts = new Set([...MQTT_PORTS, ...(options.mqttPorts ?? [])]);
    this.assumedVersion = options.assumedVersion;
    this.longestMessageBytes = options.longestMessageBytes ?? DEFAULT_LONGEST_MESSAGE_BYTES;
  }

  /** Whether an endpoint has shown itself as a broker. */
  isBroker(endpoint: string): boolean {
    return this.#brokers.has(endpoint);
  }

  /** Notes an endpoint that has shown itself as a broker. */
  addBroker(endpoint: string): void {
    if (this.#brokers.size < MOST_REMEMBERED) this.#brokers.add(endpoint);
  }

  /** A new number for a receiver of messages. */
  nextSubscriber(): number {
    return ++this.#subscribers;
  }

  /** The number of the receivers that share a subscription. */
  sharedSubscriber(filter: string): number {
    const known = this.#shared.get(filter);
    if (known !== undefined) return known;
    const fresh = this.nextSubscriber();
    if (this.#shared.size < MOST_REMEMBERED) this.#shared.set(filter, fresh);
    return fresh;
  }
}
