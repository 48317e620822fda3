import { readChirpStackUplink } from './chirpstack';
import { readLoriotUplink } from './loriot';
import { readThingsStackUplink } from './things-stack';
import type { Uplink } from './uplink';

/** Reads one kind of envelope; undefined for JSON that is not of that kind. */
type UplinkReader = (message: unknown) => Uplink | undefined;

const READERS: readonly UplinkReader[] = [readChirpStackUplink, readThingsStackUplink, readLoriotUplink];

/**
 * Reads an uplink from the JSON of ChirpStack 3 or 4, The Things Stack or LORIOT, told apart by their fields.
 * @returns undefined for a message of another kind, such as a join or a status
 * @throws DecodeError where it is an uplink with something wrong in it
 */
export function readUplink(message: unknown): Uplink | undefined {
  for (const read of READERS) {
    const uplink = read(message);
    if (uplink !== undefined) return uplink;
  }
  return undefined;
}
