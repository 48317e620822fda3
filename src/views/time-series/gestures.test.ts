import { expect, it, vi } from 'vitest';
import { createGestures } from './gestures';
import type { Window } from './panel-content';

const day = { from: 0, to: 1_000_000 };

function setUp() {
  const seen: { moved: Window[]; ended: Window[]; brushes: ({ from: number; to: number } | undefined)[] } = {
    ...{ moved: [], ended: [], brushes: [] },
  };
  const gestures = createGestures(() => ({ window: day, left: 100, right: 200 }), {
    onmove: (window) => seen.moved.push(window),
    onend: (window) => seen.ended.push(window),
    onbrush: (range) => seen.brushes.push(range),
  });
  return { gestures, seen };
}

const pointer = (pointerType: 'mouse' | 'touch', pointerId = 1, others: object = {}) =>
  ({ pointerType, pointerId, button: 0, shiftKey: false, ...others }) as PointerEvent;

it('marks a stretch with a mouse and zooms to it, within the data', () => {
  const { gestures, seen } = setUp();
  gestures.down(pointer('mouse'), 150);
  gestures.move(pointer('mouse'), 250);
  gestures.up(pointer('mouse'));
  expect(seen.brushes).toEqual([{ from: 150, to: 200 }, undefined]);
  expect(seen.ended).toEqual([{ from: 500_000, to: 1_000_000 }]);
});

it('takes a click for no gesture', () => {
  const { gestures, seen } = setUp();
  gestures.down(pointer('mouse'), 150);
  gestures.up(pointer('mouse'));
  gestures.down(pointer('touch'), 150);
  gestures.up(pointer('touch'));
  expect(seen.ended).toEqual([]);
  expect(gestures.isActive()).toBe(false);
});

it('moves the picture with a finger, or with Shift', () => {
  for (const event of [pointer('touch'), pointer('mouse', 1, { shiftKey: true }), pointer('mouse', 1, { button: 1 })]) {
    const { gestures, seen } = setUp();
    gestures.down(event, 150);
    gestures.move(event, 140);
    gestures.up(event);
    expect(seen.moved).toEqual([{ from: 100_000, to: 1_100_000 }]);
    expect(seen.ended).toEqual([{ from: 100_000, to: 1_100_000 }]);
  }
});

it('stretches with two fingers around their middle, and goes on with the one that stays', () => {
  const { gestures, seen } = setUp();
  gestures.down(pointer('touch', 1), 140);
  gestures.down(pointer('touch', 2), 160);
  gestures.move(pointer('touch', 1), 130);
  gestures.move(pointer('touch', 2), 170);
  expect(seen.moved.at(-1)).toEqual({ from: 250_000, to: 750_000 });
  gestures.up(pointer('touch', 1));
  gestures.move(pointer('touch', 2), 150);
  gestures.up(pointer('touch', 2));
  expect(seen.ended).toEqual([{ from: 350_000, to: 850_000 }]);
});

it('leaves the wheel to the page unless it is sideways, with Ctrl, or the chart has the focus', () => {
  vi.useFakeTimers();
  const { gestures, seen } = setUp();
  const wheel = (others: object) =>
    ({ deltaX: 0, deltaY: 0, deltaMode: 0, shiftKey: false, ctrlKey: false, metaKey: false, ...others }) as WheelEvent;
  expect(gestures.wheel(wheel({ deltaY: 100 }), 150, false)).toBe(false);
  expect(gestures.wheel(wheel({ deltaX: 10 }), 150, false)).toBe(true);
  expect(seen.moved).toEqual([{ from: 100_000, to: 1_100_000 }]);
  expect(gestures.wheel(wheel({ deltaY: -300, ctrlKey: true }), 100, false)).toBe(true);
  expect(seen.moved.at(-1)?.from).toBe(100_000);
  expect(seen.moved.at(-1)?.to).toBeLessThan(1_100_000);
  expect(seen.ended).toEqual([]);
  vi.advanceTimersByTime(1000);
  expect(seen.ended).toEqual([seen.moved.at(-1)]);
  vi.useRealTimers();
});
