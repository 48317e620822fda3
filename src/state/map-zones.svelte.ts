import { NO_ZONES, readZones, type Zone, type ZoneCollection } from '../views/map-view/zones';
import { formatZones, parseZones } from './linked-zones';
import { fetchSeas } from './named-seas';
import type { PageState } from './page.svelte';

/** The zones on the map: the named seas, or those of a file of the reader's own, which the link carries where they are small. */
export class MapZones {
  /** By itself, so that other changes of the link are no new zones. */
  readonly #text = $derived.by(() => this.#page.url.zones);
  readonly #linked = $derived(this.#text === undefined ? undefined : parseZones(this.#text));
  /** The named seas, or the zones of a file that is too large for a link. */
  #shown = $state.raw<ZoneCollection>(NO_ZONES);
  readonly all = $derived(this.#linked ?? this.#shown);
  /** Why there are none, where some were asked for. */
  problem = $state('');
  #areSeas = $state(false);
  #own = $state<number>();
  readonly #page: PageState;
  /** Whether the link says which of them is chosen. */
  readonly #hasNames = $derived(this.#linked !== undefined || this.#areSeas);
  /** The place of the chosen zone among all. */
  readonly chosen = $derived.by(() => {
    if (!this.#hasNames) return this.#own;
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
    const seas = await this.#read(fetchSeas);
    if (!seas) return;
    this.#show(seas, true);
    const name = this.#page.url.zone;
    if (name !== undefined && this.chosen === undefined) {
      this.problem = `No sea is called “${name.slice(0, 60)}” here.`;
    }
  }

  async showFile(file: File): Promise<void> {
    const zones = await this.#read(() => file.text());
    if (!zones) return;
    const text = formatZones(zones);
    this.#show(text === undefined ? zones : NO_ZONES, false);
    this.#page.change({ zones: text, zone: undefined });
    if (text === undefined) {
      this.#page.unlinked = `The zones of ${file.name} are too large for a link: send the file along, to be dropped on the map.`;
    }
  }

  hide(): void {
    this.problem = '';
    this.#show(NO_ZONES, false);
    this.#page.change({ zones: undefined, zone: undefined });
  }

  /** Chooses a zone by its place; the one that is chosen is chosen no more. */
  toggle(index: number | undefined): void {
    const wanted = index === this.chosen ? undefined : index;
    if (this.#hasNames) this.#choose(wanted === undefined ? undefined : this.all.features[wanted]?.properties.name);
    else this.#own = wanted;
  }

  #choose(name: string | undefined): void {
    if (this.#page.url.zone !== name) this.#page.change({ zone: name });
  }

  #show(zones: ZoneCollection, areSeas: boolean): void {
    this.#shown = zones;
    this.#areSeas = areSeas;
    this.#own = undefined;
    this.#page.unlinked = '';
  }

  async #read(text: () => Promise<string>): Promise<ZoneCollection | undefined> {
    try {
      const zones = readZones(await text());
      this.problem = '';
      return zones;
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
      return undefined;
    }
  }
}
