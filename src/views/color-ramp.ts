export type Theme = 'light' | 'dark';

/** A colour in OKLCH: lightness 0–1, chroma, hue in degrees (Ottosson 2020, bottosson.github.io/posts/oklab). */
interface Oklch {
  lightness: number;
  chroma: number;
  hue: number;
}

// From warm and light at the surface to violet and dark in the deep; each stop at least 3:1 against its ground.
const DEPTH_STOPS: Record<Theme, Oklch[]> = {
  light: [
    { lightness: 0.66, chroma: 0.15, hue: 62 },
    { lightness: 0.62, chroma: 0.13, hue: 130 },
    { lightness: 0.56, chroma: 0.1, hue: 195 },
    { lightness: 0.47, chroma: 0.12, hue: 250 },
    { lightness: 0.33, chroma: 0.15, hue: 310 },
  ],
  dark: [
    { lightness: 0.88, chroma: 0.14, hue: 85 },
    { lightness: 0.82, chroma: 0.15, hue: 145 },
    { lightness: 0.75, chroma: 0.11, hue: 200 },
    { lightness: 0.67, chroma: 0.12, hue: 250 },
    { lightness: 0.6, chroma: 0.16, hue: 315 },
  ],
};

const VALUE_STOPS: Oklch[] = [
  { lightness: 0.34, chroma: 0.09, hue: 270 },
  { lightness: 0.5, chroma: 0.1, hue: 245 },
  { lightness: 0.66, chroma: 0.09, hue: 205 },
  { lightness: 0.81, chroma: 0.09, hue: 150 },
  { lightness: 0.94, chroma: 0.1, hue: 100 },
];

/**
 * Colours for devices in the order of their depth, shallow first, evenly spread over a sequential ramp.
 * @returns `#rrggbb`, one a device
 */
export function depthColors(count: number, theme: Theme): string[] {
  return Array.from({ length: count }, (_, index) =>
    toHex(sampleStops(DEPTH_STOPS[theme], count === 1 ? 0.6 : index / (count - 1))),
  );
}

/**
 * The colour of a value on a sequential ramp from dark (low) to light (high), and the text colour that reads best on it.
 * @param share 0–1; clamped
 */
export function valueColor(share: number): { fill: string; text: '#ffffff' | '#000000' } {
  const fill = toHex(sampleStops(VALUE_STOPS, Math.min(1, Math.max(0, share))));
  const text = contrastRatio(fill, '#ffffff') >= contrastRatio(fill, '#000000') ? '#ffffff' : '#000000';
  return { fill, text };
}

/**
 * The colour of a dot or a thin mark, which has the ground around it: on the ramp of the depths, for each of its colours stands
 * out from the ground.
 * @param share 0–1; clamped
 * @returns `#rrggbb`
 */
export function dotColor(share: number, theme: Theme): string {
  return toHex(sampleStops(DEPTH_STOPS[theme], Math.min(1, Math.max(0, share))));
}

/** The contrast of two `#rrggbb` colours, 1–21 (WCAG 2.2, relative luminance). */
export function contrastRatio(left: string, right: string): number {
  const [lighter = 0, darker = 0] = [luminance(left), luminance(right)].sort((a, b) => b - a);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function sampleStops(stops: readonly Oklch[], share: number): Oklch {
  const at = share * (stops.length - 1);
  const from = stops[Math.floor(at)];
  const to = stops[Math.ceil(at)];
  if (!from || !to) return { lightness: 0.5, chroma: 0, hue: 0 };
  const mix = (left: number, right: number) => left + (right - left) * (at - Math.floor(at));
  return {
    lightness: mix(from.lightness, to.lightness),
    chroma: mix(from.chroma, to.chroma),
    hue: mix(from.hue, to.hue),
  };
}

function toHex({ lightness, chroma, hue }: Oklch): string {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const linear = [
    4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short,
  ];
  return `#${linear.map(gammaByte).join('')}`;
}

function gammaByte(linear: number): string {
  const channel = linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
  return Math.round(Math.min(1, Math.max(0, channel)) * 255)
    .toString(16)
    .padStart(2, '0');
}
