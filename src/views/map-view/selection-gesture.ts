import type { Map as MapLibreMap } from 'maplibre-gl';
import { type LongitudeLatitude, longitudeBeside } from '../../stats/sphere';

/** How a part of the map is marked out: by two corners, or by going around it. */
export type SelectionTool = 'box' | 'lasso';

/** A point of the map's element, CSS pixels. */
export type ScreenPoint = [x: number, y: number];

/** The outline that a drag marks out. @param path the places of the pointer, the first one where it was pressed */
export function outlineOf(tool: SelectionTool, path: readonly ScreenPoint[]): ScreenPoint[] {
  const [first, last] = [path[0], path.at(-1)];
  if (!first || !last) return [];
  if (tool === 'lasso') return [...path];
  return [first, [last[0], first[1]], last, [first[0], last[1]]];
}

/** Least size of what is marked out, CSS pixels; a click is smaller. */
const LEAST_SIZE = 6;

/** Whether an outline is large enough to be meant. */
export function isMeant(outline: readonly ScreenPoint[]): boolean {
  const [xs, ys] = [outline.map(([x]) => x), outline.map(([, y]) => y)];
  return Math.max(...xs) - Math.min(...xs) >= LEAST_SIZE && Math.max(...ys) - Math.min(...ys) >= LEAST_SIZE;
}

/** Places of an edge that are looked at. */
const EDGE_STEPS = 8;

/** An outline of the screen as one of the Earth; longitudes go on past ±180. */
export function outlineOnEarth(
  outline: readonly ScreenPoint[],
  unproject: (point: ScreenPoint) => { lng: number; lat: number },
): LongitudeLatitude[] {
  const ring: LongitudeLatitude[] = [];
  let longitude: number | undefined;
  for (const [at, [x, y]] of outline.entries()) {
    const [x1, y1] = outline[at - 1] ?? [x, y];
    let latitude = NaN;
    // An edge may be longer than half the way around the Earth, where its ends alone do not tell which way it goes.
    for (let step = 1; step <= EDGE_STEPS; step++) {
      const share = step / EDGE_STEPS;
      const { lng, lat } = unproject([x1 + share * (x - x1), y1 + share * (y - y1)]);
      [longitude, latitude] = [longitudeBeside(lng, longitude ?? lng), lat];
    }
    ring.push([longitude ?? NaN, latitude]);
  }
  return ring;
}

interface GestureEvents {
  /** The outline so far; empty when the drag was given up. */
  ondraw: (outline: ScreenPoint[]) => void;
  ondone: (outline: ScreenPoint[]) => void;
}

/** Lets a drag over an element mark out a part of it; Escape gives up. Returns how to stop that. */
export function followDrag(element: HTMLElement, tool: SelectionTool, { ondraw, ondone }: GestureEvents): () => void {
  let path: ScreenPoint[] = [];
  let pointer: number | undefined;
  const stop = new AbortController();
  const { signal } = stop;

  function placeOf({ clientX, clientY }: PointerEvent): ScreenPoint {
    const { left, top } = element.getBoundingClientRect();
    return [clientX - left, clientY - top];
  }

  function finish(): void {
    pointer = undefined;
    path = [];
    ondraw([]);
  }

  // Captured before the map hears of it, which would move.
  const options = { signal, capture: true };
  element.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button !== 0 || pointer !== undefined) return;
      event.stopPropagation();
      element.setPointerCapture(event.pointerId);
      pointer = event.pointerId;
      path = [placeOf(event)];
    },
    options,
  );
  element.addEventListener(
    'pointermove',
    (event) => {
      if (event.pointerId !== pointer) return;
      event.stopPropagation();
      path.push(placeOf(event));
      ondraw(outlineOf(tool, path));
    },
    options,
  );
  element.addEventListener(
    'pointerup',
    (event) => {
      if (event.pointerId !== pointer) return;
      event.stopPropagation();
      const outline = outlineOf(tool, path);
      finish();
      ignoreClick(element);
      if (isMeant(outline)) ondone(outline);
    },
    options,
  );
  element.addEventListener('pointercancel', finish, options);
  for (const type of ['mousedown', 'touchstart', 'touchmove'] as const) {
    element.addEventListener(type, (event) => event.stopPropagation(), options);
  }
  window.addEventListener('keydown', (event) => event.key === 'Escape' && finish(), options);
  return () => {
    stop.abort();
    ondraw([]);
  };
}

/** Keeps the click that ends a drag from the map, which has not seen the drag and would take it for one of its own. */
function ignoreClick(element: HTMLElement): void {
  const ignore = (event: MouseEvent) => event.stopPropagation();
  element.addEventListener('click', ignore, { capture: true });
  setTimeout(() => element.removeEventListener('click', ignore, { capture: true }));
}

/** The way around what a map shows of the Earth. */
export function seenRing(map: MapLibreMap): LongitudeLatitude[] {
  const { clientWidth: width, clientHeight: height } = map.getContainer();
  const bounds = map.getBounds();
  const [west, south, east, north] = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
  // On a flat map that shows the world more than once, what is seen is all of it.
  if (east - west >= 360) {
    return [
      [-180, south],
      [180, south],
      [180, north],
      [-180, north],
    ];
  }
  const corners: ScreenPoint[] = [
    [0, 0],
    [width, 0],
    [width, height],
    [0, height],
  ];
  return outlineOnEarth(corners, (point) => map.unproject(point));
}
