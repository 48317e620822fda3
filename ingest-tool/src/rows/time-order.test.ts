import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderByTime } from './time-order';

describe('the order of times', () => {
  it('is that of a stable sort', () => {
    const day = fc.integer({ min: 0, max: 86_400_000_000 });
    const times = fc.oneof(fc.array(day), fc.array(fc.integer({ min: -3, max: 3 })), fc.array(fc.maxSafeInteger()));
    fc.assert(
      fc.property(times, (values) => {
        const time = Float64Array.from(values);
        const order = orderByTime(time, time.length);
        const span = Math.max(0, ...values) - Math.min(0, ...values);
        if (span < 2 ** 52) expect(order).toBeDefined();
        const expected = values.map((_, row) => row).sort((one, other) => (values[one] ?? 0) - (values[other] ?? 0));
        if (order !== undefined) expect([...order]).toEqual(expected);
      }),
    );
  });

  it('is left to others where times are no whole numbers or centuries apart', () => {
    expect(orderByTime(Float64Array.of(1, Number.NaN), 2)).toBeUndefined();
    expect(orderByTime(Float64Array.of(1, 0.5), 2)).toBeUndefined();
    expect(orderByTime(Float64Array.of(-(2 ** 53), 2 ** 53), 2)).toBeUndefined();
  });
});
