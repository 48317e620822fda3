/** A side of a connection, and the direction of the bytes it sends. Side 0 is the sender of the first packet seen. */
export type Direction = 0 | 1;
