import type { Measurement } from '../reading';
import { decodeCayenne } from './cayenne';
import { DECENTLAB_MODELS, decodeDecentlab } from './decentlab';

/** Reads the payload of a device. @throws DecodeError where it is not from such a device */
type DeviceDecoder = (payload: Uint8Array) => Measurement[];

const DEVICE_DECODERS: ReadonlyMap<string, DeviceDecoder> = new Map<string, DeviceDecoder>([
  ...DECENTLAB_MODELS.map(
    (model) => [`decentlab/${model}`, (payload: Uint8Array) => decodeDecentlab(payload, model).measurements] as const,
  ),
  ['cayenne-lpp', decodeCayenne],
]);

/** What a mapping calls the payloads that can be read. */
export const DEVICE_PAYLOADS: readonly string[] = [...DEVICE_DECODERS.keys()];

/** The decoder of a kind of payload; undefined where there is none of the name. */
export function deviceDecoder(name: string): DeviceDecoder | undefined {
  return DEVICE_DECODERS.get(name);
}
