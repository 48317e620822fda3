import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SimulatedLake } from './simulated-lake';

/** Writes the files of a simulated lake into a folder, or some of them. */
export async function writeLake(
  lake: SimulatedLake,
  folder: string,
  isWanted: (place: number) => boolean = () => true,
): Promise<void> {
  for (let place = 0; place < lake.keys.length; place++) {
    if (!isWanted(place)) continue;
    const key = lake.keys.at(place);
    const object = await lake.open(key);
    if (object === undefined) continue;
    const path = join(folder, key);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, await object.read(0, object.size));
  }
}
