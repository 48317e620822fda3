/** A station that is a button on the map. */
export interface StationMarker {
  id: string;
  name: string;
  longitude: number;
  latitude: number;
  chosen: boolean;
  /** Of its statistic, as CSS takes it; none where there is no value. */
  color: string | undefined;
}

interface MarkerEvents {
  onchoose: () => void;
  /** Pointed at, or reached with the keyboard; `false` when left. */
  onpoint: (pointed: boolean) => void;
}

/** The button of a station. Its colour is set with {@link paintMarker}, so that playing through time keeps the focus. */
export function markerButton({ name, chosen }: StationMarker, { onchoose, onpoint }: MarkerEvents): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'station-marker';
  button.setAttribute('aria-pressed', String(chosen));
  const dot = document.createElement('span');
  dot.className = 'dot';
  const label = document.createElement('span');
  label.className = 'name';
  label.textContent = name;
  button.append(dot, label);
  button.addEventListener('click', (event) => {
    event.stopPropagation();
    onchoose();
  });
  for (const type of ['pointerenter', 'focus'] as const) button.addEventListener(type, () => onpoint(true));
  for (const type of ['pointerleave', 'blur'] as const) button.addEventListener(type, () => onpoint(false));
  return button;
}

/** Colours a station's dot. */
export function paintMarker(button: HTMLElement, color: string | undefined): void {
  button.classList.toggle('valued', color !== undefined);
  if (color === undefined) button.style.removeProperty('--value');
  else button.style.setProperty('--value', color);
}
