import type { Window } from './panel-content';
import { panned, zoomed } from './window-moves';

/** The data's place on the screen at the moment, in CSS pixels of the element that takes the gestures. */
export interface GesturePlace {
  window: Window;
  left: number;
  right: number;
}

export interface GestureEvents {
  /** The window while it is being moved or stretched. */
  onmove(window: Window): void;
  /** The window where the gesture ended. */
  onend(window: Window): void;
  /** The stretch that is being marked to be zoomed to; undefined when it is marked no more. */
  onbrush(range: { from: number; to: number } | undefined): void;
}

/** What turns pointers and wheels into windows. */
export interface Gestures {
  down(event: PointerEvent, x: number): void;
  move(event: PointerEvent, x: number): void;
  up(event: PointerEvent): void;
  cancel(): void;
  /** @returns whether the wheel was taken */
  wheel(event: WheelEvent, x: number, isFocused: boolean): boolean;
  /** Whether a pointer is at work. */
  isActive(): boolean;
}

/** A brush narrower than this is a click. */
const LEAST_BRUSH = 6;
/** A wheel that has been still for so long has ended its gesture. */
const WHEEL_REST_MS = 220;

/**
 * Gestures along time: a mouse marks a stretch to zoom to; with Shift or the middle button, and as a finger, it moves the
 * picture; two fingers stretch it; a wheel moves it sideways, and zooms with Ctrl or ⌘ or once the chart is focused.
 */
export function createGestures(place: () => GesturePlace | undefined, events: GestureEvents): Gestures {
  const pointers = new Map<number, number>();
  let mode: 'brush' | 'pan' | 'pinch' | undefined;
  let start: { place: GesturePlace; xs: number[] } | undefined;
  let brush = { from: 0, to: 0 };
  let moved: Window | undefined;
  let wheelRest: ReturnType<typeof setTimeout> | undefined;

  const timeAt = ({ window, left, right }: GesturePlace, x: number) =>
    window.from + ((x - left) / (right - left)) * (window.to - window.from);
  const clamp = ({ left, right }: GesturePlace, x: number) => Math.max(left, Math.min(right, x));

  function begin(): void {
    const at = place();
    if (!at) return;
    start = { place: moved ? { ...at, window: moved } : at, xs: [...pointers.values()] };
  }

  function show(window: Window): void {
    moved = window;
    events.onmove(window);
  }

  function stop(): void {
    pointers.clear();
    mode = undefined;
    start = undefined;
    moved = undefined;
    events.onbrush(undefined);
  }

  function end(): void {
    const ended = moved;
    stop();
    if (ended) events.onend(ended);
  }

  return {
    isActive: () => mode !== undefined,
    down(event, x) {
      const isPanning = event.pointerType === 'touch' || event.shiftKey || event.button === 1;
      if (event.button !== 0 && event.button !== 1) return;
      pointers.set(event.pointerId, x);
      mode = pointers.size > 1 ? 'pinch' : isPanning ? 'pan' : 'brush';
      begin();
      if (mode === 'brush' && start) {
        const from = clamp(start.place, x);
        brush = { from, to: from };
      }
    },
    move(event, x) {
      if (!start || !pointers.has(event.pointerId)) return;
      pointers.set(event.pointerId, x);
      const { place: at, xs } = start;
      const [first = 0, second = 0] = xs;
      const [nowFirst = 0, nowSecond = 0] = pointers.values();
      if (mode === 'brush') {
        brush = { ...brush, to: clamp(at, x) };
        events.onbrush({ from: Math.min(brush.from, brush.to), to: Math.max(brush.from, brush.to) });
      } else if (mode === 'pan') {
        if (moved || Math.abs(nowFirst - first) > 3) show(panned(at.window, (first - nowFirst) / (at.right - at.left)));
      } else if (mode === 'pinch') {
        const factor = Math.abs(first - second) / Math.max(8, Math.abs(nowFirst - nowSecond));
        const middle = timeAt(at, (first + second) / 2);
        const shift = ((first + second) / 2 - (nowFirst + nowSecond) / 2) / (at.right - at.left);
        show(panned(zoomed(at.window, factor, middle), shift));
      }
    },
    up(event) {
      pointers.delete(event.pointerId);
      if (mode === 'brush' && start) {
        const { from, to } = brush;
        const [left, right] = [timeAt(start.place, Math.min(from, to)), timeAt(start.place, Math.max(from, to))];
        stop();
        if (Math.abs(to - from) >= LEAST_BRUSH) events.onend({ from: left, to: right });
      } else if (mode === 'pinch' && pointers.size > 0) {
        mode = 'pan';
        begin();
      } else if (pointers.size === 0) end();
    },
    cancel: stop,
    wheel(event, x, isFocused) {
      const at = place();
      if (!at || mode) return false;
      const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
      if (!isSideways && !event.ctrlKey && !event.metaKey && !isFocused) return false;
      const window = moved ?? at.window;
      const pixels = (event.deltaX || event.deltaY) * (event.deltaMode === 1 ? 16 : 1);
      show(
        isSideways
          ? panned(window, pixels / (at.right - at.left))
          : zoomed(window, 2 ** (Math.max(-200, Math.min(200, event.deltaY)) / 300), timeAt({ ...at, window }, x)),
      );
      clearTimeout(wheelRest);
      wheelRest = setTimeout(end, WHEEL_REST_MS);
      return true;
    },
  };
}
