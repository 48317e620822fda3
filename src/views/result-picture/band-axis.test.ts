import { expect, it } from 'vitest';
import { bandAxis } from './band-axis';

it('slants names that do not fit beside each other, and leaves some out where they would meet', () => {
  const few = ['a', 'b', 'c'];
  expect(bandAxis(few, 300)).toEqual({ ticks: few, tickRotate: 0, room: 0 });
  const devices = Array.from({ length: 17 }, (_, index) => `sbe37-${3200 + index}`);
  expect(bandAxis(devices, 600)).toEqual({ ticks: devices, tickRotate: -45, room: 44 });
  const days = Array.from({ length: 100 }, (_, index) => `day ${index}`);
  const { ticks } = bandAxis(days, 600);
  expect(ticks).toHaveLength(34);
  expect(ticks[1]).toBe('day 3');
  expect(bandAxis(['x'.repeat(500), 'y'], 600).room).toBe(120);
  expect(bandAxis([], 600).ticks).toEqual([]);
});
