import type { StringDictionary } from '../decode/string-dictionary';
import type { MessageBatch } from '../inputs/message-batch';
import type { StationMapping } from './mapping';
import type { TextSource } from './text-source';

/** Tells the station of each row: from the registry of devices, else by the mapping's rule, else the device itself. */
export class StationRegistry {
  readonly #listed = new Map<string, string>();
  readonly #stations: StringDictionary;
  readonly #rule: { id: string } | TextSource | undefined;
  readonly #devices: StringDictionary;
  /** Station of each device by number, -1 where not looked up yet, -2 where the rule decides row by row. */
  #known: Int32Array = new Int32Array(64).fill(-1);
  readonly #fromRule = new Map<number, number>();

  /** @param numbered where the ids of stations get their numbers */
  constructor(
    listed: readonly StationMapping[],
    rule: { id: string } | TextSource | undefined,
    devices: StringDictionary,
    numbered: StringDictionary,
  ) {
    this.#stations = numbered;
    for (const station of listed) for (const device of station.devices) this.#listed.set(device.id, station.id);
    this.#rule = rule;
    this.#devices = devices;
  }

  /** The number of a row's station. */
  stationOf(device: number, batch: MessageBatch, row: number): number {
    if (device >= this.#known.length) {
      const larger = new Int32Array(Math.max(device + 1, this.#known.length * 2)).fill(-1);
      larger.set(this.#known);
      this.#known = larger;
    }
    const known = this.#known[device] ?? -1;
    if (known >= 0) return known;
    if (known === -1) {
      const found = this.#lookUp(device);
      this.#known[device] = found;
      if (found >= 0) return found;
    }
    return this.#byRule(device, batch, row);
  }

  #lookUp(device: number): number {
    const id = this.#devices.textOf(device);
    const listed = this.#listed.get(id);
    if (listed !== undefined) return this.#stations.internText(listed);
    if (this.#rule === undefined) return this.#stations.internText(id);
    return 'id' in this.#rule ? this.#stations.internText(this.#rule.id) : -2;
  }

  #byRule(device: number, batch: MessageBatch, row: number): number {
    const rule = this.#rule;
    const text = rule !== undefined && 'idAt' in rule ? rule.idAt(batch, row) : -1;
    if (text < 0 || rule === undefined || 'id' in rule) return this.#stations.internText(this.#devices.textOf(device));
    let station = this.#fromRule.get(text);
    if (station === undefined) {
      const id = rule.dictionary.textOf(text);
      station = this.#stations.internText(id === '' ? this.#devices.textOf(device) : id);
      this.#fromRule.set(text, station);
    }
    return station;
  }
}
