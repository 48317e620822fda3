import { expect, it } from 'vitest';
import { panned, roundedWindow, zoomed } from './window-moves';

const day = { from: 0, to: 86_400_000 };

it('moves and stretches a window around the instant that is pointed at', () => {
  expect(panned(day, -0.5)).toEqual({ from: -43_200_000, to: 43_200_000 });
  expect(zoomed(day, 0.5, 0)).toEqual({ from: 0, to: 43_200_000 });
  expect(zoomed(day, 2, 86_400_000)).toEqual({ from: -86_400_000, to: 86_400_000 });
});

it('keeps a window ten seconds long at least, on round instants', () => {
  expect(zoomed(day, 0, 43_200_000)).toEqual({ from: 43_195_000, to: 43_205_000 });
  expect(roundedWindow({ from: 61_234, to: 70_001 })).toEqual({ from: 61_000, to: 71_000 });
  expect(roundedWindow({ from: 61_234, to: 86_400_001 })).toEqual({ from: 60_000, to: 86_460_000 });
});
