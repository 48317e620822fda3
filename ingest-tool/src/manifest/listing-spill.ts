import { createReadStream } from 'node:fs';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { StoredObject } from '../storage/lake-storage';
import { monthOf } from './partition-of';

/** Characters of a listing that stay in memory; what is longer waits on the disk. */
const IN_MEMORY = 32 << 20;

const line = z.tuple([z.string(), z.number(), z.string()]);

interface Month {
  lines: string[];
  path: string | undefined;
}

/**
 * A listing divided by the months of its files, in its own order within each. A lake is listed by stations, a manifest goes by
 * months: so that neither has to be in memory, long listings wait in a temporary folder.
 */
export class ListingSpill {
  readonly #months = new Map<string, Month>();
  #folder: string | undefined;
  #inMemory = 0;
  files = 0;

  async add({ key, size, etag }: StoredObject): Promise<void> {
    const name = monthOf(key);
    const month = this.#months.get(name) ?? { lines: [], path: undefined };
    this.#months.set(name, month);
    const text = JSON.stringify([key, size, etag]);
    month.lines.push(text);
    this.files++;
    this.#inMemory += text.length;
    if (this.#inMemory > IN_MEMORY) await this.#spill();
  }

  months(): string[] {
    return [...this.#months.keys()];
  }

  /** The files of a month in the order they came. */
  async *read(month: string): AsyncGenerator<StoredObject> {
    const { path, lines } = this.#months.get(month) ?? { path: undefined, lines: [] };
    if (path !== undefined) {
      const stream = createReadStream(path, 'utf8');
      try {
        for await (const text of createInterface({ input: stream, crlfDelay: Infinity })) yield objectOf(text);
      } finally {
        stream.destroy();
      }
    }
    for (const text of lines) yield objectOf(text);
  }

  /** Removes what is on the disk. */
  async close(): Promise<void> {
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
  }

  async #spill(): Promise<void> {
    const folder = (this.#folder ??= await mkdtemp(join(tmpdir(), 'tidelake-listing-')));
    for (const [name, month] of this.#months) {
      if (month.lines.length === 0) continue;
      month.path ??= join(folder, name);
      await appendFile(month.path, `${month.lines.join('\n')}\n`);
      month.lines = [];
    }
    this.#inMemory = 0;
  }
}

function objectOf(text: string): StoredObject {
  const [key, size, etag] = line.parse(JSON.parse(text));
  return { key, size, etag };
}
