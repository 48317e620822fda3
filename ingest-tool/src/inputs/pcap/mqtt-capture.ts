import { CaptureContext, type CaptureOptions } from './capture-context';
import { CaptureFile } from './capture-file';
import type { CapturedMessage, CaptureProblem, CaptureProblemReason, MessageSink } from './captured-message';
import type { CapturedPacket } from './captured-packet';
import { countIn, emptyCaptureReport, type CaptureReport } from './capture-report';
import { FlowTable } from './flow-table';
import { IpFragments } from './ip-fragments';
import { PROTOCOL_TCP, readIpPacket } from './ip-packet';
import { ipStart, UNSUPPORTED_LINK } from './link-layer';
import { readTcpSegment } from './tcp-segment';

const DEFAULT_CONNECTIONS = 1 << 16;
/** Bytes of a chunk that are read before their messages are handed on. */
const STEP_BYTES = 1 << 16;
const NOTHING = new Uint8Array(0);

/** Takes the MQTT messages out of a network capture while its bytes arrive. */
export class MqttCapture {
  readonly report: CaptureReport;
  readonly #sink: MessageSink;
  readonly #file: CaptureFile;
  readonly #fragments: IpFragments;
  readonly #flows: FlowTable;

  /**
   * @param sink takes messages and problems, in the order in which they become known
   * @param report is filled in while reading
   */
  constructor(sink: MessageSink, options: CaptureOptions = {}, report: CaptureReport = emptyCaptureReport()) {
    this.report = report;
    this.#sink = sink;
    const context = new CaptureContext(options, sink, this.report);
    this.#fragments = new IpFragments(this.report);
    this.#flows = new FlowTable(options.connections ?? DEFAULT_CONNECTIONS, context);
    this.#file = new CaptureFile(
      this.report,
      (packet) => {
        this.#packet(packet);
      },
      (packetOffset, length, what) => {
        this.#fileProblem('damaged', `${length} bytes that are ${what}`, packetOffset);
      },
    );
  }

  /**
   * Takes the capture's next bytes, however they were cut. The bytes must not change before the next call.
   * @throws CaptureFileError where the bytes are not a network capture
   */
  push(chunk: Uint8Array): void {
    this.#file.push(chunk);
  }

  /**
   * Ends the capture: what was waiting for more is handed on or reported.
   * @throws CaptureFileError where the bytes were not a network capture
   */
  end(): void {
    this.#file.end();
    const { truncatedAt } = this.report;
    if (truncatedAt !== null) this.#fileProblem('truncated', 'the file ends inside a packet', truncatedAt);
    this.#fragments.end();
    this.#flows.end();
  }

  #fileProblem(reason: CaptureProblemReason, detail: string, packetOffset: number): void {
    const receiveTimeUs = Number.NaN;
    this.#sink.problem({ reason, detail, packetOffset, receiveTimeUs, topic: null, payload: NOTHING });
  }

  #packet({ bytes, start, end, wireLength, linkType, timeUs, offset }: CapturedPacket): void {
    const { report } = this;
    if (end - start < wireLength) report.snappedPackets++;
    const at = ipStart(linkType, bytes, start, end);
    if (at === UNSUPPORTED_LINK) {
      countIn(report.unsupportedLinkTypes, String(linkType));
      return;
    }
    let packet = at < 0 ? null : readIpPacket(bytes, at, end, start + wireLength);
    if (packet?.protocol === PROTOCOL_TCP && packet.fragment !== null) {
      packet = this.#fragments.add(packet);
      if (packet === null) return;
    }
    const segment = packet?.protocol === PROTOCOL_TCP ? readTcpSegment(packet, offset, timeUs) : null;
    if (segment === null) report.otherPackets++;
    else this.#flows.segment(segment);
  }
}

/**
 * The MQTT messages of a network capture.
 * @param source the file's bytes; pcap, pcapng or NetXray, not compressed
 * @param report is filled in while reading
 * @param onProblem takes what could not become a message
 * @throws CaptureFileError where the bytes are not a network capture
 */
export async function* readMqttCapture(
  source: AsyncIterable<Uint8Array>,
  options: CaptureOptions = {},
  report: CaptureReport = emptyCaptureReport(),
  onProblem: (problem: CaptureProblem) => void = () => undefined,
): AsyncGenerator<CapturedMessage, CaptureReport> {
  let ready: CapturedMessage[] = [];
  const capture = new MqttCapture(
    {
      message: (message) => {
        ready.push({ ...message, payload: message.payload.slice() });
      },
      problem: onProblem,
    },
    options,
    report,
  );
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; at += STEP_BYTES) {
      capture.push(chunk.subarray(at, at + STEP_BYTES));
      yield* ready;
      ready = [];
    }
  }
  capture.end();
  yield* ready;
  return report;
}
