import { namePattern } from './name-pattern';
import type { Overlay, OverlayRules } from './overlay';

/** Finds the entries of an overlay that may concern a station's rows. */
export class FolderRules {
  readonly #overlay: Overlay;
  readonly #stationForms: ((station: string) => boolean)[];
  readonly #known = new Map<string, OverlayRules>();

  constructor(overlay: Overlay) {
    this.#overlay = overlay;
    this.#stationForms = overlay.flags.map(({ stations = ['*'] }) => namePattern(stations));
  }

  /** Entries of a station; a calibration names a device, which any station may have. */
  of(station: string): OverlayRules {
    const known = this.#known.get(station);
    if (known !== undefined) return known;
    const { flags, calibrations } = this.#overlay;
    const rules: OverlayRules = {
      flags: flags.flatMap((rule, entry) => (this.#stationForms[entry]?.(station) === true ? [{ entry, rule }] : [])),
      calibrations: calibrations.map((calibration, index) => ({ entry: flags.length + index, calibration })),
    };
    this.#known.set(station, rules);
    return rules;
  }

  /**
   * Whether an entry may concern rows of a station and time.
   * @param start UTC microseconds
   * @param end the first instant after, UTC microseconds
   */
  concern(station: string, start: number, end: number): boolean {
    const { flags, calibrations } = this.of(station);
    return (
      flags.some(({ rule }) => rule.from < end && rule.until > start) ||
      calibrations.some(({ calibration }) => calibration.validFrom < end && calibration.validTo > start)
    );
  }
}
