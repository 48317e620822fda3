import type { LongitudeLatitude } from '../../stats/sphere';

const NUMBER = String.raw`([-−+]?\d+(?:\.\d+)?)\s*°?\s*`;
const POSITION = new RegExp(String.raw`^${NUMBER}([NSns])?\s*[,;\s]\s*${NUMBER}([EWew])?$`);

/**
 * Reads a position as people write it, latitude first: `26.5, -76.7`, `26.5° N 76.7° W`.
 * @returns undefined where the text is no position
 */
export function readPosition(text: string): LongitudeLatitude | undefined {
  const match = POSITION.exec(text.trim());
  if (!match) return undefined;
  const [, north = '', northOrSouth = '', east = '', eastOrWest = ''] = match;
  const latitude = Number(north.replace('−', '-')) * (/s/i.test(northOrSouth) ? -1 : 1);
  const longitude = Number(east.replace('−', '-')) * (/w/i.test(eastOrWest) ? -1 : 1);
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? [longitude, latitude] : undefined;
}
