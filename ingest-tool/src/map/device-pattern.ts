import { z } from 'zod';
import { DEVICE_PAYLOADS } from '../decode/payload/device-decoder';
import { namePattern } from '../overlay/name-pattern';

/** What is known of all devices whose id fits a pattern: `*` stands for any text, `?` for one character. */
export const devicePattern = z.strictObject({
  match: z.string().min(1),
  model: z.string().optional(),
  firmware: z.coerce.string().optional(),
  serialNumber: z.coerce.string().optional(),
  /** What its LoRaWAN frames hold. */
  payload: z.enum(DEVICE_PAYLOADS).optional(),
});

export type DevicePattern = z.infer<typeof devicePattern>;

/** What a lake says of a device besides its depth. */
type DeviceFacts = Pick<DevicePattern, 'model' | 'firmware' | 'serialNumber'>;

/** Makes a look-up of what patterns say of a device; of several that fit, the first that says something counts. */
export function deviceFacts(patterns: readonly DevicePattern[]): (id: string) => DeviceFacts {
  const known = patterns.map((pattern) => ({ ...pattern, fits: namePattern([pattern.match]) }));
  return (id) => {
    const own = known.filter(({ fits }) => fits(id));
    const first = (key: keyof DeviceFacts): string | undefined => own.find((each) => each[key] !== undefined)?.[key];
    return { model: first('model'), firmware: first('firmware'), serialNumber: first('serialNumber') };
  };
}
