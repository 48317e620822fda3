import { describe, expect, it } from 'vitest';
import { DecodeError } from '../reading';
import { decodeCayenne } from './cayenne';

const decode = (hex: string): unknown =>
  Object.fromEntries(decodeCayenne(Buffer.from(hex, 'hex')).map(({ metric, value }) => [metric, value]));

describe("Cayenne's low power payload", () => {
  it("gives the values of its description's examples", () => {
    expect(decode('03670110056700FF')).toEqual({ temperature_3: 27.2, temperature_5: 25.5 });
    expect(decode('0167FFD7067104D2FB2E0000')).toEqual({
      temperature_1: -4.1,
      acceleration_x_6: 1.234,
      acceleration_y_6: -1.234,
      acceleration_z_6: 0,
    });
    expect(decode('018806765ff2960a0003e8')).toEqual({ latitude: 42.3519, longitude: -87.9094, altitude: 10 });
  });

  it.each(['03', '0367', '036701', '01FF00'])('refuses %s', (hex) => {
    expect(() => decode(hex)).toThrow(DecodeError);
  });
});
