import { parseGlobAddresses } from '../lake/glob-address';
import { LakeError } from '../lake/lake-error';
import { cacheListings } from '../sources/listing-cache';
import type { ObjectStore } from '../sources/object-store';
import { limitRequests } from '../sources/request-lanes';
import { shareRequests } from '../sources/shared-requests';
import type { DescribedLake } from './describe-lake';
import type { FooterReading } from './foreign-lake';
import { describeSource } from './source-lake';
import type { TableSource } from './table-source';

/** Sources that are kept, with their listings and what is resident of them, for the next query on them. */
export const MOST_KEPT_SOURCES = 8;

/** Lakes that SQL named by address. */
export interface SourceLakes {
  /** What is kept, by the names that stand for it in SQL. */
  readonly lakes: ReadonlyMap<string, DescribedLake>;
  /**
   * The name for what a script reads at an address; described anew where it is not kept.
   * @param base the page's address
   * @throws LakeError with the place of the address in the script
   */
  nameOf(source: TableSource, base: string, signal: AbortSignal): Promise<string>;
  /** Puts another description in the place of a lake that is kept. */
  renew(name: string, lake: DescribedLake): void;
  /** Gives up those not named for longest, beyond a few; not the ones that `isNeeded`. */
  prune(isNeeded: (name: string) => boolean): void;
  /** Forgets all of them, so that they are listed anew. */
  clear(): void;
}

interface SourceParts {
  locate(url: string): ObjectStore;
  reading(): FooterReading;
}

/** Keeps no source yet. */
export function createSourceLakes({ locate, reading }: SourceParts): SourceLakes {
  const lakes = new Map<string, DescribedLake>();
  /** By what is read and how; the last ones are those named last. */
  const names = new Map<string, string>();
  let last = 0;

  async function describe({ addresses, options }: TableSource, base: string, signal: AbortSignal) {
    const address = parseGlobAddresses(addresses, base, options.hivePartitioning !== false);
    const store = cacheListings(shareRequests(limitRequests(locate(address.root))));
    return describeSource(store, address, options, reading(), signal);
  }

  return {
    lakes,
    async nameOf(source, base, signal) {
      const id = JSON.stringify([source.addresses, source.options, base]);
      const described = names.has(id) ? undefined : await describe(source, base, signal).catch(placedAt(source.start));
      // Another query may have described it meanwhile.
      const name = names.get(id) ?? `read_parquet ${++last}`;
      if (described && !lakes.has(name)) lakes.set(name, described);
      names.delete(id);
      names.set(id, name);
      return name;
    },
    renew(name, lake) {
      if (lakes.has(name)) lakes.set(name, lake);
    },
    prune(isNeeded) {
      for (const [id, name] of names) {
        if (names.size <= MOST_KEPT_SOURCES) return;
        if (isNeeded(name)) continue;
        names.delete(id);
        lakes.delete(name);
      }
    },
    clear() {
      names.clear();
      lakes.clear();
    },
  };
}

function placedAt(position: number): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof LakeError) || error.position !== undefined) throw error;
    throw new LakeError({ ...error.toData(), position }, { cause: error });
  };
}
