import type { CaptureContext } from './capture-context';
import { Connection } from './connection';
import type { TcpSegment } from './tcp-segment';

/** The TCP connections of a capture, found by their addresses and ports; the longest unused is forgotten first. */
export class FlowTable {
  readonly #context: CaptureContext;
  readonly #limit: number;
  readonly #connections = new Map<number, Connection>();
  #size = 0;
  #oldest: Connection | undefined;
  #newest: Connection | undefined;

  /** @param limit connections remembered at the same time */
  constructor(limit: number, context: CaptureContext) {
    this.#limit = limit;
    this.#context = context;
    context.budget.onPressure = () => this.#evictOldest();
  }

  /** Takes the next segment of the capture. */
  segment(segment: TcpSegment): void {
    const key = flowKey(segment);
    let connection = this.#connections.get(key);
    for (; connection !== undefined; connection = connection.sameKey) {
      const side = connection.sideOf(segment);
      if (side < 0) continue;
      const direction = side === 0 ? 0 : 1;
      if (connection.isReusedBy(segment, direction)) {
        this.#remove(connection);
        break;
      }
      this.#touch(connection);
      connection.segment(segment, direction);
      return;
    }
    const fresh = new Connection(key, segment, this.#context);
    this.#context.report.flows++;
    this.#add(fresh);
    if (this.#size > this.#limit) this.#evictOldest();
    fresh.segment(segment, 0);
  }

  /** Ends the capture: every connection hands on what it still holds. */
  end(): void {
    while (this.#oldest !== undefined) this.#remove(this.#oldest);
  }

  /** Forgets the connection unused for longest, but never the one in use. */
  #evictOldest(): boolean {
    const oldest = this.#oldest;
    if (oldest === undefined || oldest === this.#newest) return false;
    this.#context.report.evictedFlows++;
    this.#remove(oldest);
    return true;
  }

  #add(connection: Connection): void {
    connection.sameKey = this.#connections.get(connection.key);
    this.#connections.set(connection.key, connection);
    this.#size++;
    this.#append(connection);
  }

  #remove(connection: Connection): void {
    const first = this.#connections.get(connection.key);
    if (first === connection) {
      if (connection.sameKey === undefined) this.#connections.delete(connection.key);
      else this.#connections.set(connection.key, connection.sameKey);
    } else {
      let before = first;
      while (before !== undefined && before.sameKey !== connection) before = before.sameKey;
      if (before !== undefined) before.sameKey = connection.sameKey;
    }
    this.#size--;
    this.#detach(connection);
    connection.end();
  }

  #touch(connection: Connection): void {
    if (connection === this.#newest) return;
    this.#detach(connection);
    this.#append(connection);
  }

  #append(connection: Connection): void {
    connection.older = this.#newest;
    connection.newer = undefined;
    if (this.#newest === undefined) this.#oldest = connection;
    else this.#newest.newer = connection;
    this.#newest = connection;
  }

  #detach(connection: Connection): void {
    const { older, newer } = connection;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
  }
}

/** The same number for both directions of a connection. */
function flowKey({ packet, sourcePort, destinationPort }: TcpSegment): number {
  const { bytes, source, destination, addressLength } = packet;
  return (
    endpointHash(bytes, source, addressLength, sourcePort) ^
    endpointHash(bytes, destination, addressLength, destinationPort)
  );
}

function endpointHash(bytes: Uint8Array, at: number, length: number, port: number): number {
  let hash = 0x811c9dc5 ^ port;
  for (let index = at; index < at + length; index++) hash = Math.imul(hash ^ (bytes[index] ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
