import type { Window } from './panel-content';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** From this length on a window lies on whole minutes, so that links stay short. */
const LONG = 2 * 60 * MINUTE;
const SHORTEST = 10 * SECOND;

/** A window moved by a share of its length, later where that is positive. */
export function panned({ from, to }: Window, share: number): Window {
  const by = (to - from) * share;
  return { from: from + by, to: to + by };
}

/**
 * A window made longer (a factor above 1) or shorter around an instant, which stays where it is in the picture.
 * It becomes no shorter than ten seconds.
 */
export function zoomed({ from, to }: Window, factor: number, atMs: number): Window {
  const used = Math.max(factor, SHORTEST / (to - from));
  return { from: atMs - (atMs - from) * used, to: atMs + (to - atMs) * used };
}

/** A window widened to whole minutes, where it is short to whole seconds. */
export function roundedWindow({ from, to }: Window): Window {
  const step = to - from >= LONG ? MINUTE : SECOND;
  const start = Math.floor(from / step) * step;
  return { from: start, to: Math.max(start + SHORTEST, Math.ceil(to / step) * step) };
}
