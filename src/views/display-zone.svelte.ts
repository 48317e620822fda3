/** In which zone times are shown to the reader. Links, files and SQL are UTC whatever is chosen. */
class DisplayZone {
  isLocal = $state(false);
  /** An IANA name, such as `Europe/Berlin`. */
  readonly name: string = $derived(this.isLocal ? new Intl.DateTimeFormat().resolvedOptions().timeZone : 'UTC');
}

/** The page's one. */
export const displayZone = new DisplayZone();
