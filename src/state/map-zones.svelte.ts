import { NO_ZONES, readZones, type Zone, type ZoneCollection } from '../views/map-view/zones';
import { fetchSeas } from './named-seas';
import type { PageState } from './page.svelte';

/** The zones on the map: the named seas, whose choice the link carries, or those of a file of the reader's own. */
export class MapZones {
  all = $state.raw<ZoneCollection>(NO_ZONES);
  /** Why there are none, where some were asked for. */
  problem = $state('');
  #areSeas = $state(false);
  #own = $state<number>();
  readonly #page: PageState;
  /** The place of the chosen zone among all. */
  readonly chosen = $derived.by(() => {
    if (!this.#areSeas) return this.#own;
    const index = this.all.features.findIndex(({ properties }) => properties.name === this.#page.url.zone);
    return index < 0 ? undefined : index;
  });
  readonly zone = $derived<Zone | undefined>(this.chosen === undefined ? undefined : this.all.features[this.chosen]);

  /** To be made while a component is, whose effects it joins. */
  constructor(page: PageState) {
    this.#page = page;
    $effect(() => {
      if (page.url.zone !== undefined && this.all === NO_ZONES && this.problem === '') void this.showSeas();
    });
  }

  async showSeas(): Promise<void> {
    const isRead = await this.#read(fetchSeas);
    if (!isRead) return;
    this.#areSeas = true;
    const name = this.#page.url.zone;
    if (name !== undefined && this.chosen === undefined) {
      this.problem = `No sea is called “${name.slice(0, 60)}” here.`;
    }
  }

  async showFile(file: File): Promise<void> {
    if (!(await this.#read(() => file.text()))) return;
    this.#areSeas = false;
    this.#own = undefined;
    this.#choose(undefined);
  }

  hide(): void {
    this.all = NO_ZONES;
    this.problem = '';
    this.#own = undefined;
    this.#choose(undefined);
  }

  /** Chooses a zone by its place; the one that is chosen is chosen no more. */
  toggle(index: number | undefined): void {
    const wanted = index === this.chosen ? undefined : index;
    if (this.#areSeas) this.#choose(wanted === undefined ? undefined : this.all.features[wanted]?.properties.name);
    else this.#own = wanted;
  }

  #choose(name: string | undefined): void {
    if (this.#page.url.zone !== name) this.#page.change({ zone: name });
  }

  async #read(text: () => Promise<string>): Promise<boolean> {
    try {
      this.all = readZones(await text());
      this.problem = '';
      return true;
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
      return false;
    }
  }
}
