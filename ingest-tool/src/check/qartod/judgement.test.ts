import { describe, expect, it } from 'vitest';
import { attenuatedSignal, attenuatedSignalConfig } from './attenuated-signal';
import { climatology, climatologyConfig } from './climatology';
import { flatLine } from './flat-line';
import { grossRange, grossRangeConfig } from './gross-range';
import { location } from './location';
import { pressureIncreasing } from './pressure-increasing';
import { rateOfChange } from './rate-of-change';
import { speed } from './speed';
import { timeGap } from './time-gap';

const seconds = (...values: number[]): Float64Array => Float64Array.from(values, (value) => value * 1e6);
const of = (...values: number[]): Float64Array => Float64Array.from(values);

/** What ioos_qc leaves open, or gets wrong by its own documentation. */
describe('points that are hard to judge', () => {
  it('are measured by the time between them, below a second too', () => {
    const flags = rateOfChange(of(0, 1, 1.1, 2.1), seconds(0, 0.5, 1, 2.5), { suspect: 1.5, fail: undefined });
    expect([...flags]).toEqual([1, 3, 1, 1]);
  });

  it('pass where no time lies between them', () => {
    expect([...rateOfChange(of(0, 99), seconds(1, 1), { suspect: 1 })]).toEqual([1, 1]);
    const moved = { latitudes: of(26, 27), longitudes: of(-76, -76) };
    expect([...speed(moved, seconds(1, 1), { fail: 1 })]).toEqual([2, 1]);
  });

  it('cannot be flat where the series has no interval', () => {
    const config = { suspect: 60, fail: 120, tolerance: 1 };
    expect([...flatLine(of(1, 1, NaN), seconds(5, 5, 5), config)]).toEqual([2, 2, 9]);
  });

  it('are in no climatology where their depth is missing', () => {
    const config = climatologyConfig.parse([
      { period: 'month', time: [1, 12], suspect: [0, 10], depth: [0, 50] },
      { period: 'month', time: [2, 2], suspect: [0, 1] },
    ]);
    const times = Float64Array.from(
      ['2020-01-31', '2020-01-31', '2020-02-29', '2020-03-01'],
      (day) => Date.parse(day) * 1000,
    );
    expect([...climatology(of(5, 5, 5, NaN), times, of(10, NaN, NaN, 10), config)]).toEqual([1, 2, 3, 9]);
    expect([...climatology(of(5), times.subarray(0, 1), undefined, config)]).toEqual([2]);
  });

  it('fail with half a position, whatever the distance', () => {
    const positions = { latitudes: of(26, NaN, 26, NaN), longitudes: of(-76, -76, NaN, NaN) };
    expect([...location(positions, { method: 'haversine', maxStep: 1 })]).toEqual([1, 4, 4, 9]);
  });

  it('cannot follow a gap alone', () => {
    expect([...timeGap(seconds(7), { fail: 60 })]).toEqual([2]);
    expect([...timeGap(of(), { fail: 60 })]).toEqual([]);
    expect([...timeGap(of(0, NaN, 0), { fail: 60 })]).toEqual([2, 9, 2]);
  });

  it('are passed over where a cast has no pressure', () => {
    expect([...pressureIncreasing(of(NaN, 10, NaN, 9, 8, 8))]).toEqual([9, 1, 9, 1, 1, 3]);
    expect([...pressureIncreasing(of())]).toEqual([]);
  });

  it('need enough of a signal for it to be attenuated', () => {
    const config = attenuatedSignalConfig.parse({ suspect: 1, fail: 0.5, period: 60, minPeriod: 30, interval: 10 });
    expect([...attenuatedSignal(of(1, 1, 1, 9), seconds(0, 10, 20, 30), config)]).toEqual([2, 2, 4, 1]);
    expect([...attenuatedSignal(of(), of(), attenuatedSignalConfig.parse({ suspect: 1, fail: 1 }))]).toEqual([]);
  });

  it('lie within ranges without an end', () => {
    const config = grossRangeConfig.parse({ fail: [0, null] });
    expect([...grossRange(of(-0.1, 0, 1e9, Infinity), config)]).toEqual([4, 1, 1, 9]);
  });
});
