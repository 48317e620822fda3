import { TELLING_BYTES, tellProtocol } from './application-protocol';
import type { CaptureContext } from './capture-context';
import { MqttStream, type MqttPacketSink } from './mqtt-stream';
import type { StreamSink } from './stream-sink';
import { WebSocketStream } from './web-socket-stream';

/** Bytes without MQTT after which a stream on a port of its own is taken for something else. */
const LONGEST_DOUBT = 256 << 10;
const LONGEST_HTTP_HEAD = 16 << 10;

/** What one direction of a connection finds out for both. */
export interface StreamFindings extends MqttPacketSink {
  /** Whether the other direction is known to be a WebSocket, TLS or plain MQTT. */
  readonly kind: 'unknown' | 'mqtt' | 'web-socket' | 'encrypted';
  /** The connection is TLS. */
  foundTls(): void;
  /** The connection is a WebSocket. */
  foundWebSocket(): void;
  /** A WebSocket message is compressed. */
  foundCompression(): void;
}

interface Piece {
  bytes: Uint8Array;
  offset: number;
  timeUs: number;
}

type Mode = 'undecided' | 'http' | 'content' | 'ignored';

/** One direction of a connection: finds out what it carries and hands the MQTT in it on. */
export class ApplicationStream implements StreamSink {
  readonly #findings: StreamFindings;
  readonly #context: CaptureContext;
  #mode: Mode = 'undecided';
  #fromStart = false;
  /** Pieces that did not suffice to decide. */
  #pieces: Piece[] = [];
  #content: StreamSink | undefined;
  #mqtt: MqttStream | undefined;
  #doubt = 0;

  constructor(findings: StreamFindings, context: CaptureContext) {
    this.#findings = findings;
    this.#context = context;
  }

  /** The first byte will be the stream's first. */
  startsHere(): void {
    this.#fromStart = true;
  }

  data(bytes: Uint8Array, start: number, end: number, offset: number, timeUs: number): void {
    if (this.#mode === 'ignored' || this.#findings.kind === 'encrypted') return;
    if (this.#mode === 'content') this.#read(bytes, start, end, offset, timeUs);
    else if (this.#mode === 'http') this.#readHttp({ bytes: bytes.slice(start, end), offset, timeUs });
    else this.#decide(bytes, start, end, offset, timeUs);
  }

  gap(length: number): void {
    this.#fromStart = false;
    if (this.#mode === 'content') this.#content?.gap(length);
    else {
      this.#forgetPieces();
      if (this.#mode === 'http') this.#mode = 'undecided';
    }
  }

  end(): void {
    if (this.#mode === 'undecided' && this.#pieces.length > 0) this.#readAs('mqtt-perhaps', this.#takePieces());
    this.#content?.end();
    this.#forgetPieces();
  }

  #decide(bytes: Uint8Array, start: number, end: number, offset: number, timeUs: number): void {
    const fresh = bytes.subarray(start, end);
    const held = this.#pieces.length > 0;
    const head = held ? joined([...this.#pieces, { bytes: fresh, offset, timeUs }]) : fresh;
    const kind = this.#findings.kind;
    const protocol =
      kind === 'mqtt'
        ? 'mqtt-perhaps'
        : tellProtocol(head.length > TELLING_BYTES ? head.subarray(0, 4 * TELLING_BYTES) : head);
    if (protocol === null) {
      this.#hold({ bytes: fresh.slice(), offset, timeUs });
      return;
    }
    this.#readAs(protocol, [...this.#takePieces(), { bytes: fresh, offset, timeUs }]);
  }

  #readAs(protocol: NonNullable<ReturnType<typeof tellProtocol>>, pieces: Piece[]): void {
    if (protocol === 'tls') {
      this.#mode = 'ignored';
      this.#findings.foundTls();
      return;
    }
    if (protocol === 'http') {
      this.#mode = 'http';
      for (const { bytes, ...rest } of pieces) this.#readHttp({ bytes: bytes.slice(), ...rest });
      return;
    }
    this.#mode = 'content';
    const start = protocol === 'mqtt-start' || (this.#fromStart && this.#findings.kind === 'mqtt');
    if (protocol === 'mqtt-start') this.#findings.foundMqtt();
    this.#mqtt = this.#mqttStream(start);
    this.#content = this.#mqtt;
    if (protocol === 'web-socket' || this.#findings.kind === 'web-socket') this.#readWebSocket();
    for (const { bytes, offset, timeUs } of pieces) this.#read(bytes, 0, bytes.length, offset, timeUs);
  }

  #mqttStream(synchronised: boolean): MqttStream {
    const { longestMessageBytes, budget, report } = this.#context;
    return new MqttStream(this.#findings, synchronised, longestMessageBytes, budget, report);
  }

  #readWebSocket(): void {
    this.#mode = 'content';
    this.#findings.foundWebSocket();
    this.#mqtt ??= this.#mqttStream(false);
    this.#content = new WebSocketStream(this.#mqtt, () => {
      this.#findings.foundCompression();
    });
  }

  #read(bytes: Uint8Array, start: number, end: number, offset: number, timeUs: number): void {
    this.#content?.data(bytes, start, end, offset, timeUs);
    if (this.#findings.trusted || this.#mqtt?.synchronised === true) return;
    this.#doubt += end - start;
    if (this.#doubt <= LONGEST_DOUBT) return;
    this.#mode = 'ignored';
    this.#content?.end();
    this.#content = undefined;
    this.#mqtt = undefined;
  }

  /** Waits for the end of the head of a request or response; behind it, an upgraded connection is a WebSocket. */
  #readHttp(piece: Piece): void {
    if (!this.#hold(piece)) return;
    const all = joined(this.#pieces);
    const text = Buffer.from(all.buffer, all.byteOffset, Math.min(all.length, LONGEST_HTTP_HEAD)).toString('latin1');
    const headEnd = text.indexOf('\r\n\r\n');
    if (headEnd < 0) {
      if (all.length > LONGEST_HTTP_HEAD) this.#ignore();
      return;
    }
    const head = text.slice(0, headEnd);
    if (!/\r\nupgrade:[ \t]*websocket/i.test(head) || /^HTTP\/1\.1 (?!101)/.test(head)) {
      this.#ignore();
      return;
    }
    const { offset, timeUs } = piece;
    this.#forgetPieces();
    if (/\r\nsec-websocket-protocol:[^\r]*mqtt/i.test(head)) {
      this.#findings.foundMqtt();
      this.#mqtt = this.#mqttStream(true);
    }
    this.#readWebSocket();
    const content = all.subarray(headEnd + 4);
    if (content.length > 0) this.#read(content, 0, content.length, offset, timeUs);
  }

  #ignore(): void {
    this.#mode = 'ignored';
    this.#forgetPieces();
  }

  /** Keeps a piece until there is enough to decide; without memory for that, the stream is given up. */
  #hold(piece: Piece): boolean {
    if (!this.#context.budget.take(piece.bytes.length)) {
      this.#ignore();
      return false;
    }
    this.#pieces.push(piece);
    return true;
  }

  #takePieces(): Piece[] {
    const pieces = this.#pieces;
    this.#forgetPieces();
    return pieces;
  }

  #forgetPieces(): void {
    for (const { bytes } of this.#pieces) this.#context.budget.give(bytes.length);
    this.#pieces = [];
  }
}

function joined(pieces: Piece[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.bytes.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece.bytes, at);
    at += piece.bytes.length;
  }
  return bytes;
}
