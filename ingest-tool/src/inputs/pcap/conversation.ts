import { ApplicationStream, type StreamFindings } from './application-stream';
import type { CaptureContext } from './capture-context';
import type { Direction } from './direction';
import type { Endpoint } from './endpoint';
import { MqttSession } from './mqtt-session';
import { MqttStream, type BrokenPacket } from './mqtt-stream';
import type { StreamSink } from './stream-sink';

/** What a TCP connection carries: plain MQTT, MQTT in a WebSocket, TLS, or something else. */
export class Conversation {
  readonly #endpoints: readonly [Endpoint, Endpoint];
  readonly #context: CaptureContext;
  readonly #session: MqttSession;
  readonly #streams: readonly [ApplicationStream, ApplicationStream];
  readonly #onMqttPort: boolean;
  /** The side that did not open the connection, where that was captured. */
  #server: Direction | undefined;
  #kind: StreamFindings['kind'] = 'unknown';
  #carriesMqtt = false;
  #compressed = false;
  #bytes = 0;

  /** @param connectedUs UTC microseconds; -Infinity where the connection began before the capture */
  constructor(endpoints: readonly [Endpoint, Endpoint], connectedUs: number, context: CaptureContext) {
    this.#endpoints = endpoints;
    this.#context = context;
    this.#session = new MqttSession(endpoints, connectedUs, context);
    this.#streams = [
      new ApplicationStream(this.#findings(0), context),
      new ApplicationStream(this.#findings(1), context),
    ];
    this.#onMqttPort = endpoints.some(({ port }) => context.mqttPorts.has(port));
  }

  /** Where one direction's bytes go. */
  stream(side: Direction): StreamSink {
    const stream = this.#streams[side];
    return {
      data: (bytes, start, end, offset, timeUs) => {
        this.#count(end - start);
        stream.data(bytes, start, end, offset, timeUs);
      },
      gap: (length) => {
        stream.gap(length);
      },
      end: () => {
        stream.end();
      },
    };
  }

  /** The SYN of a side was captured. */
  opened(side: Direction, initiator: boolean): void {
    const client = initiator ? side : side === 0 ? 1 : 0;
    this.#server = client === 0 ? 1 : 0;
    this.#session.openedBy(client);
    this.#streams[side].startsHere();
  }

  /** A segment from before the first one seen of a side: its whole packets are read on their own. */
  early(side: Direction, bytes: Uint8Array, start: number, end: number, offset: number, timeUs: number): void {
    if (this.#kind !== 'mqtt') return;
    const { longestMessageBytes, budget, report } = this.#context;
    const stream = new MqttStream(this.#findings(side), false, longestMessageBytes, budget, report);
    stream.data(bytes, start, end, offset, timeUs);
    stream.end();
  }

  /** The connection is over. */
  end(): void {
    this.#session.end();
    const { otherFlows } = this.#context.report;
    if (this.#carriesMqtt || this.#kind === 'encrypted' || this.#bytes === 0) return;
    otherFlows.flows++;
    otherFlows.bytes += this.#bytes;
  }

  #count(length: number): void {
    this.#bytes += length;
    if (this.#kind === 'encrypted') this.#countEncrypted(0, length);
  }

  #countEncrypted(flows: number, bytes: number): void {
    const { encryptedFlows, encryptedPorts } = this.#context.report;
    const server = this.#server ?? (this.#endpoints[1].port <= this.#endpoints[0].port ? 1 : 0);
    const port = String(this.#endpoints[server].port);
    const onPort = (encryptedPorts[port] ??= { flows: 0, bytes: 0 });
    for (const count of [encryptedFlows, onPort]) {
      count.flows += flows;
      count.bytes += bytes;
    }
  }

  #findings(side: Direction): StreamFindings {
    const read = (): StreamFindings['kind'] => this.#kind;
    const trusts = (): boolean => this.#trusts();
    return {
      get kind() {
        return read();
      },
      get trusted() {
        return trusts();
      },
      mqttPacket: (first, bytes, body, end, offset, timeUs) => {
        this.#session.packet(side, first, bytes, body, end, offset, timeUs);
      },
      brokenPacket: (what: BrokenPacket, bytes, start, end, offset, timeUs) => {
        this.#session.broken(side, what, bytes, start, end, offset, timeUs);
      },
      lostTrack: () => {
        this.#session.lostTrack(side);
      },
      foundMqtt: () => {
        this.#foundMqtt();
      },
      foundTls: () => {
        if (this.#kind === 'encrypted') return;
        this.#kind = 'encrypted';
        this.#countEncrypted(1, this.#bytes);
      },
      foundWebSocket: () => {
        if (this.#kind === 'web-socket') return;
        this.#kind = 'web-socket';
        this.#context.report.webSocketFlows++;
      },
      foundCompression: () => {
        if (!this.#compressed) this.#context.report.compressedFlows++;
        this.#compressed = true;
      },
    };
  }

  #trusts(): boolean {
    return this.#carriesMqtt || this.#onMqttPort || this.#endpoints.some(({ text }) => this.#context.isBroker(text));
  }

  #foundMqtt(): void {
    if (!this.#carriesMqtt) this.#context.report.mqttFlows++;
    this.#carriesMqtt = true;
    if (this.#kind === 'unknown') this.#kind = 'mqtt';
  }
}
