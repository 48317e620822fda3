import { uint16 } from './byte-order';
import type { CaptureContext } from './capture-context';
import type { CaptureProblemReason } from './captured-message';
import { countIn } from './capture-report';
import type { Direction } from './direction';
import type { Endpoint } from './endpoint';
import {
  AUTH,
  bodyOffset,
  CONNACK,
  CONNECT,
  INVALID,
  PACKET_NAMES,
  PINGREQ,
  PINGRESP,
  PUBACK,
  PUBCOMP,
  PUBLISH,
  readConnect,
  readFixedHeader,
  SUBACK,
  SUBSCRIBE,
  UNSUBACK,
  UNSUBSCRIBE,
} from './mqtt-packet';
import { looksLikeMqtt5, readPublishProperties } from './mqtt-properties';
import type { Topic } from './topic-cache';

const UNKNOWN_VERSION = 0;
/** PUBLISH packets held back while nothing tells MQTT 5 from 3.1.1. */
const MOST_HELD = 8;
const LONGEST_PROBLEM_PAYLOAD = 1 << 16;
/** Of what breaks the protocol: one segment may do so many times. */
const LONGEST_MALFORMED_PAYLOAD = 1 << 10;
const SHARED_SUBSCRIPTION = '$share/';

interface HeldPublish {
  side: Direction;
  first: number;
  bytes: Uint8Array;
  offset: number;
  timeUs: number;
}

/** The MQTT session on a connection: what its packets say about it, and the messages they carry. */
export class MqttSession {
  readonly #context: CaptureContext;
  readonly #endpoints: readonly [Endpoint, Endpoint];
  readonly #connectedUs: number;
  #version: number;
  /** Which side is the client; undefined while only guessed. */
  #client: Direction | undefined;
  #bridge = false;
  readonly #aliases: [Map<number, Topic>, Map<number, Topic>] = [new Map(), new Map()];
  readonly #aliasesDoubtful: [boolean, boolean] = [false, false];
  #held: HeldPublish[] = [];
  readonly #flows: [string, string];
  readonly #subscribers: [number, number];

  /** @param connectedUs UTC microseconds; -Infinity where the connection began before the capture */
  constructor(endpoints: readonly [Endpoint, Endpoint], connectedUs: number, context: CaptureContext) {
    this.#context = context;
    this.#endpoints = endpoints;
    this.#connectedUs = connectedUs;
    this.#version = context.assumedVersion ?? UNKNOWN_VERSION;
    const [first, second] = endpoints;
    this.#flows = [`${first.text} > ${second.text}`, `${second.text} > ${first.text}`];
    this.#subscribers = [context.nextSubscriber(), context.nextSubscriber()];
  }

  /** Notes which side opened the connection, which is the client unless its packets say otherwise. */
  openedBy(side: Direction): void {
    this.#client ??= side;
  }

  /** Bytes of one direction were lost: a topic alias may have been agreed anew in them. */
  lostTrack(side: Direction): void {
    this.#aliasesDoubtful[side] = this.#aliases[side].size > 0;
  }

  /** Takes a whole packet; its body is `bytes[body, end)`. */
  packet(
    side: Direction,
    first: number,
    bytes: Uint8Array,
    body: number,
    end: number,
    offset: number,
    timeUs: number,
  ): void {
    const type = first >> 4;
    countIn(this.#context.report.mqttPackets, PACKET_NAMES[type] ?? 'RESERVED');
    if (type === PUBLISH) this.#publish(side, first, bytes, body, end, offset, timeUs);
    else this.#learn(side, type, bytes, body, end);
  }

  /** Notes a packet that is not whole, of which `bytes[start, end)` is there. */
  broken(
    side: Direction,
    reason: CaptureProblemReason,
    bytes: Uint8Array,
    start: number,
    end: number,
    offset: number,
    timeUs: number,
  ): void {
    const { report } = this.#context;
    const type = (bytes[start] ?? 0) >> 4;
    if (reason === 'malformed') report.malformedPackets++;
    else if (reason === 'oversized') report.oversizedPackets++;
    else if (type !== PUBLISH) return;
    else report.publishesTruncated++;
    const detail = `${PACKET_NAMES[type] ?? 'RESERVED'} of ${this.#flows[side]}`;
    const header = type === PUBLISH ? readFixedHeader(bytes, start, end) : INVALID;
    const body = header > 0 ? start + bodyOffset(header) : end;
    const topicEnd = body + 2 + uint16(bytes, body);
    const topic = topicEnd <= end ? this.#context.topics.topic(bytes, body + 2, topicEnd).text : null;
    this.#problem(reason, detail, topic, bytes, topic === null ? start : topicEnd, end, offset, timeUs);
  }

  /** The connection is over: what was held back is decided now. */
  end(): void {
    if (this.#held.length > 0) this.#decideByGuess(5);
  }

  /** Takes from packets other than PUBLISH which side is the client and which version is spoken. */
  #learn(side: Direction, type: number, bytes: Uint8Array, body: number, end: number): void {
    const length = end - body;
    const other = side === 0 ? 1 : 0;
    if (type === CONNECT) this.#connect(side, bytes, body, end);
    else if (type === SUBSCRIBE || type === UNSUBSCRIBE || type === PINGREQ) this.#setClient(side);
    else if (type === CONNACK || type === SUBACK || type === UNSUBACK || type === PINGRESP) this.#setClient(other);
    if (type === SUBSCRIBE) this.#joinSharedSubscription(side, bytes, body, end);
    if (this.#version !== UNKNOWN_VERSION) return;
    if (type === CONNACK || type === UNSUBACK) this.#decide(length > 2 ? 5 : 4);
    else if (type === AUTH || (type >= PUBACK && type <= PUBCOMP && length > 2)) this.#decide(5);
  }

  #connect(side: Direction, bytes: Uint8Array, body: number, end: number): void {
    const connect = readConnect(bytes, body, end);
    if (connect === null) return;
    countIn(this.#context.report.connects, String(connect.version));
    this.#setClient(side);
    this.#bridge = connect.bridge;
    this.#aliases.forEach((aliases) => aliases.clear());
    this.#aliasesDoubtful.fill(false);
    this.#decide(connect.version);
  }

  #setClient(side: Direction): void {
    this.#client = side;
    this.#context.addBroker(this.#endpoints[side === 0 ? 1 : 0].text);
  }

  /** Subscribers that share a subscription receive each message once between them, so they count as one receiver. */
  #joinSharedSubscription(side: Direction, bytes: Uint8Array, body: number, end: number): void {
    let at = body + 2;
    if (this.#version === 5) at += 1 + (bytes[at] ?? 0);
    while (at + 2 <= end) {
      const filterEnd = at + 2 + uint16(bytes, at);
      if (filterEnd > end) return;
      const filter = Buffer.from(bytes.subarray(at + 2, filterEnd)).toString('utf8');
      if (filter.startsWith(SHARED_SUBSCRIPTION)) this.#subscribers[side] = this.#context.sharedSubscriber(filter);
      at = filterEnd + 1;
    }
  }

  /** Which side is the client, told from what is known of the broker where no packet has said. */
  #clientSide(): Direction {
    if (this.#client !== undefined) return this.#client;
    const [first, second] = this.#endpoints;
    const { mqttPorts } = this.#context;
    const isBroker = (endpoint: Endpoint): boolean => this.#context.isBroker(endpoint.text);
    if (isBroker(first) !== isBroker(second)) return isBroker(second) ? 0 : 1;
    if (mqttPorts.has(first.port) !== mqttPorts.has(second.port)) return mqttPorts.has(second.port) ? 0 : 1;
    return second.port <= first.port ? 0 : 1;
  }

  #decide(version: number): void {
    if (version === this.#version) return;
    this.#version = version;
    const held = this.#held;
    this.#held = [];
    for (const { side, first, bytes, offset, timeUs } of held) {
      this.#publish(side, first, bytes, 0, bytes.length, offset, timeUs);
    }
  }

  #publish(
    side: Direction,
    first: number,
    bytes: Uint8Array,
    body: number,
    end: number,
    offset: number,
    timeUs: number,
  ): void {
    const topicEnd = body + 2 + uint16(bytes, body);
    const qos = (first >> 1) & 3;
    let at = topicEnd + (qos > 0 ? 2 : 0);
    if (this.#version === UNKNOWN_VERSION && !this.#tellVersion(bytes, body, topicEnd, at, end)) {
      this.#held.push({ side, first, bytes: bytes.slice(body, end), offset, timeUs });
      if (this.#held.length >= MOST_HELD) this.#decideByGuess(5);
      return;
    }
    const { report, topics } = this.#context;
    const toBroker = side === this.#clientSide();
    report.publishes++;
    if (toBroker) report.publishesToBroker++;
    else report.publishesFromBroker++;
    let alias = 0;
    if (this.#version === 5) {
      const properties = readPublishProperties(bytes, at, end);
      if (properties === null) {
        report.malformedPackets++;
        this.#problem('malformed', 'PUBLISH with broken properties', null, bytes, body, end, offset, timeUs);
        return;
      }
      at = properties.end;
      alias = properties.topicAlias;
    }
    report.publishPayloadBytes += end - at;
    const named = topicEnd > body + 2;
    const topic = named ? topics.topic(bytes, body + 2, topicEnd) : this.#aliases[side].get(alias);
    if (topic === undefined) {
      report.unresolvedAliases++;
      this.#problem('unresolved_alias', `topic alias ${alias}`, null, bytes, at, end, offset, timeUs);
      return;
    }
    if (named && alias > 0) this.#aliases[side].set(alias, topic);
    else if (!named && this.#aliasesDoubtful[side]) report.aliasesAfterGap++;
    const dup = (first & 8) !== 0 && qos > 0;
    const retain = (first & 1) !== 0;
    const admitted = this.#context.copies.admit({
      topic,
      bytes,
      start: at,
      end,
      // What a broker sends on to another broker as its client is a copy like those to subscribers.
      toBroker: toBroker && !this.#bridge,
      subscriber: this.#subscribers[side === 0 ? 1 : 0],
      connectedUs: this.#bridge ? Number.NEGATIVE_INFINITY : this.#connectedUs,
      packetId: qos > 0 ? uint16(bytes, topicEnd) : 0,
      dup,
      retain,
      timeUs,
    });
    if (!admitted) return;
    report.messages++;
    this.#context.sink.message({
      topic: topic.text,
      payload: bytes.subarray(at, end),
      receiveTimeUs: timeUs,
      qos: qos === 1 ? 1 : qos === 2 ? 2 : 0,
      retain,
      dup,
      packetOffset: offset,
      flow: this.#flows[side],
      toBroker,
    });
  }

  /** Tries to tell the version from a PUBLISH. @returns whether it is known now */
  #tellVersion(bytes: Uint8Array, body: number, topicEnd: number, payload: number, end: number): boolean {
    const verdict = topicEnd === body + 2 ? 'yes' : looksLikeMqtt5(bytes, payload, end);
    if (verdict === 'maybe') return false;
    this.#decideByGuess(verdict === 'yes' ? 5 : 4);
    return true;
  }

  #decideByGuess(version: number): void {
    this.#context.report.versionsGuessed++;
    this.#decide(version);
  }

  #problem(
    reason: CaptureProblemReason,
    detail: string,
    topic: string | null,
    bytes: Uint8Array,
    start: number,
    end: number,
    offset: number,
    timeUs: number,
  ): void {
    const longest = reason === 'malformed' ? LONGEST_MALFORMED_PAYLOAD : LONGEST_PROBLEM_PAYLOAD;
    const payload = bytes.slice(start, Math.min(end, start + longest));
    this.#context.sink.problem({ reason, detail, packetOffset: offset, receiveTimeUs: timeUs, topic, payload });
  }
}
