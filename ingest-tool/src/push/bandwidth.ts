const FORM = /^(\d+(?:\.\d+)?)\s*([kmg]?)(i?)(b|bit)?(?:\/s|ps)?$/i;
const EXPONENTS: Record<string, number> = { '': 0, k: 1, m: 2, g: 3 };

/** The least that may be asked for: below it single requests would take minutes. */
const LEAST = 10_000;

/**
 * Reads a bandwidth such as `2MB/s`, `500 kB/s`, `1.5MiB/s` or `10Mbit/s`.
 * @returns bytes a second
 * @throws Error where it is none, or too little to work with
 */
export function parseBandwidth(text: string): number {
  const [, number = '', scale = '', binary = '', unit = 'B'] = FORM.exec(text.trim()) ?? [];
  if (number === '') throw new Error('Write it like 2MB/s or 10Mbit/s.');
  const factor = (binary === '' ? 1000 : 1024) ** (EXPONENTS[scale.toLowerCase()] ?? 0);
  // As everywhere, a small b is a bit.
  const isBits = unit === 'b' || unit.toLowerCase() === 'bit';
  const bytes = (Number(number) * factor) / (isBits ? 8 : 1);
  if (bytes < LEAST) throw new Error('The least is 10kB/s.');
  return bytes;
}
