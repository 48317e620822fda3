import { keep, readKept } from './browser-storage';
import { withoutSecrets } from './url-state';

/** A lake that was opened in this browser before. */
export interface RecentLake {
  /** Without secrets. */
  address: string;
  title: string;
}

const KEY = 'tidelake.recent';
const KEPT = 6;

/** The lakes opened last, kept in this browser without anything secret. */
export class RecentLakes {
  lakes = $state.raw<RecentLake[]>(readStored());

  /** Puts a lake in front. */
  add({ address, title }: RecentLake): void {
    const lake = { address: withoutSecrets(address), title };
    this.lakes = [lake, ...this.lakes.filter((other) => other.address !== lake.address)].slice(0, KEPT);
    this.#store();
  }

  remove(address: string): void {
    this.lakes = this.lakes.filter((lake) => lake.address !== address);
    this.#store();
  }

  clear(): void {
    this.lakes = [];
    this.#store();
  }

  #store(): void {
    keep(KEY, this.lakes.length === 0 ? undefined : this.lakes);
  }
}

function readStored(): RecentLake[] {
  const stored = readKept(KEY);
  if (!Array.isArray(stored)) return [];
  return stored.flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null || !('address' in entry) || !('title' in entry)) return [];
    const { address, title } = entry;
    return typeof address === 'string' && typeof title === 'string' ? [{ address, title }] : [];
  });
}
