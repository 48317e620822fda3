import type { StreamSink } from './stream-sink';
import { readFrameHeader, unmask } from './web-socket-frame';

const LONGEST_FRAME_HEADER = 14;

/**
 * Takes the frames of one direction of a WebSocket connection apart and hands their content on as a stream: MQTT packets
 * need not keep to frames. Behind a hole, looks for the next frame at the start of each segment.
 */
export class WebSocketStream implements StreamSink {
  readonly #content: StreamSink;
  readonly #onCompressed: () => void;
  /** A frame header of which a part has come. */
  #header = new Uint8Array(0);
  /** Bytes of the current frame's payload still to come, and those that have. */
  #rest = 0;
  #phase = 0;
  #mask = 0;
  #carriesData = false;
  #lost = false;

  /** @param onCompressed called for each frame that is compressed, whose content is not read */
  constructor(content: StreamSink, onCompressed: () => void) {
    this.#content = content;
    this.#onCompressed = onCompressed;
  }

  data(bytes: Uint8Array, start: number, end: number, offset: number, timeUs: number): void {
    if (this.#header.length > 0) {
      const joined = new Uint8Array(this.#header.length + end - start);
      joined.set(this.#header);
      joined.set(bytes.subarray(start, end), this.#header.length);
      this.#header = new Uint8Array(0);
      this.data(joined, 0, joined.length, offset, timeUs);
      return;
    }
    let at = start;
    if (this.#lost && this.#rest === 0) {
      if (!followsFrames(bytes, start, end)) return;
      this.#lost = false;
    }
    while (at < end) {
      if (this.#rest > 0) {
        at = this.#payload(bytes, at, end, offset, timeUs);
        continue;
      }
      const frame = readFrameHeader(bytes, at, end);
      if (frame === 'incomplete') {
        this.#header = bytes.slice(at, Math.min(end, at + LONGEST_FRAME_HEADER));
        return;
      }
      if (frame === 'invalid') {
        this.#loseTrack();
        return;
      }
      if (frame.compressed) this.#onCompressed();
      this.#carriesData = frame.opcode < 8 && !frame.compressed;
      this.#mask = frame.mask;
      this.#phase = 0;
      this.#rest = frame.length;
      at = frame.start;
    }
  }

  gap(length: number): void {
    if (this.#header.length === 0 && this.#rest >= length) {
      if (this.#carriesData) this.#content.gap(length);
      this.#rest -= length;
      this.#phase += length;
      return;
    }
    this.#loseTrack();
  }

  end(): void {
    this.#content.end();
  }

  #loseTrack(): void {
    this.#header = new Uint8Array(0);
    this.#rest = 0;
    this.#lost = true;
    // How much content the hole held is unknown once frame headers are in it; this is more than any packet has left.
    this.#content.gap(Number.MAX_SAFE_INTEGER);
  }

  #payload(bytes: Uint8Array, start: number, end: number, offset: number, timeUs: number): number {
    const take = Math.min(end - start, this.#rest);
    if (this.#carriesData) {
      const content = unmask(bytes, start, start + take, this.#mask, this.#phase);
      this.#content.data(content, 0, content.length, offset, timeUs);
    }
    this.#rest -= take;
    this.#phase += take;
    return start + take;
  }
}

/** Whether a segment starts with frames that fill it, the last perhaps reaching beyond it. */
function followsFrames(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end;) {
    const frame = readFrameHeader(bytes, at, end);
    if (frame === 'incomplete') return at > start;
    if (frame === 'invalid') return false;
    at = frame.start + frame.length;
  }
  return true;
}
