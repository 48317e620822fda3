import type { ByteBudget } from './byte-budget';
import { judgeBoundary } from './mqtt-plausibility';

/** Bytes kept while looking for the start of a packet. */
const LONGEST_SEARCH = 64 << 10;
/** Positions that may turn out to be one, remembered at the same time. */
const MOST_CANDIDATES = 64;

/** A piece of a stream, with the packet of the capture it came in. */
export interface StreamPiece {
  bytes: Uint8Array;
  offset: number;
  timeUs: number;
  /** Whether its first byte starts a TCP segment. */
  aligned: boolean;
}

/** Looks in a byte stream for the start of an MQTT packet, within fixed memory. */
export class BoundarySearch {
  readonly #budget: ByteBudget;
  #pieces: StreamPiece[] = [];
  /** The pieces, joined. */
  #bytes = new Uint8Array(0);
  #length = 0;
  #taken = 0;
  #starts: number[] = [];
  /** Those of the starts that are a segment's. */
  readonly #aligned = new Set<number>();
  #candidates: number[] = [];
  /** Positions up to here have been judged. */
  #judged = 0;

  constructor(budget: ByteBudget) {
    this.#budget = budget;
  }

  /** Bytes that are held. */
  get length(): number {
    return this.#length;
  }

  /**
   * Takes the stream's next bytes.
   * @param trusted see {@link judgeBoundary}
   * @returns the pieces from the start of a packet on where one was found, else null
   */
  add(piece: StreamPiece, trusted: boolean): StreamPiece[] | null {
    this.#append(piece);
    return this.#find(trusted, false);
  }

  /** The last attempt, as nothing more will come; forgets everything. */
  finish(trusted: boolean): StreamPiece[] | null {
    const found = this.#find(trusted, true);
    this.clear();
    return found;
  }

  /** Forgets what is held. */
  clear(): void {
    this.#budget.give(this.#taken);
    this.#taken = 0;
    this.#bytes = new Uint8Array(0);
    this.#pieces = [];
    this.#starts = [];
    this.#aligned.clear();
    this.#candidates = [];
    this.#length = 0;
    this.#judged = 0;
  }

  /** Gives up the positions that have waited longest. */
  trim(): void {
    if (this.#length <= LONGEST_SEARCH) return;
    const keepFrom = this.#length - LONGEST_SEARCH / 2;
    const first = this.#candidates.find((at) => at >= keepFrom) ?? this.#length;
    this.#dropBefore(first);
  }

  #find(trusted: boolean, final: boolean): StreamPiece[] | null {
    const undecided: number[] = [];
    for (const at of this.#candidates) {
      const verdict = this.#judge(at, trusted, final);
      if (verdict === 'yes') return this.#from(at);
      if (verdict === 'maybe') undecided.push(at);
    }
    for (let at = this.#judged; at < this.#length; at++) {
      const verdict = this.#judge(at, trusted, final);
      if (verdict === 'yes') return this.#from(at);
      if (verdict === 'maybe') undecided.push(at);
    }
    this.#judged = this.#length;
    this.#candidates = undecided.length > MOST_CANDIDATES ? undecided.slice(-MOST_CANDIDATES) : undecided;
    return null;
  }

  #judge(at: number, trusted: boolean, final: boolean): 'yes' | 'no' | 'maybe' {
    return judgeBoundary(this.#bytes, at, this.#length, { aligned: this.#aligned.has(at), trusted, final });
  }

  #append(piece: StreamPiece): void {
    const needed = this.#length + piece.bytes.length;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length, 1024));
      if (!this.#budget.take(larger.length - this.#taken)) {
        this.clear();
        return;
      }
      this.#taken = larger.length;
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(piece.bytes, this.#length);
    this.#starts.push(this.#length);
    if (piece.aligned) this.#aligned.add(this.#length);
    this.#pieces.push({ ...piece, bytes: piece.bytes.slice() });
    this.#length = needed;
  }

  #dropBefore(position: number): void {
    const rest = this.#from(position);
    const candidates = this.#candidates.filter((at) => at >= position).map((at) => at - position);
    this.clear();
    for (const piece of rest) this.#append(piece);
    this.#candidates = candidates;
    this.#judged = this.#length;
  }

  /** The pieces behind a position. */
  #from(position: number): StreamPiece[] {
    const pieces: StreamPiece[] = [];
    this.#pieces.forEach((piece, index) => {
      const start = this.#starts[index] ?? 0;
      if (start + piece.bytes.length > position) {
        const cut = Math.max(0, position - start);
        pieces.push({ ...piece, bytes: piece.bytes.subarray(cut), aligned: piece.aligned && cut === 0 });
      }
    });
    return pieces;
  }
}
