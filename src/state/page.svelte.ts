import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { LakeError } from '../lake/lake-error';
import { localAddress, type LakeSource } from '../sources/lake-source';
import type { LakeClient } from '../workers/client';
import type { LakeSummary } from '../workers/protocol';
import { isPacked, unpackLink } from './packed-link';
import { toLakeError } from './query-run.svelte';
import { RecentLakes } from './recent-lakes.svelte';
import { formatUrlState, parseUrlState, type UrlState, withoutSecrets } from './url-state';

/** Where the page is with its lake. */
export type LakeStatus =
  | { kind: 'none' }
  | { kind: 'opening'; url: string }
  | { kind: 'open'; url: string; lake: LakeSummary }
  | { kind: 'failed'; url: string; error: LakeError };

/** A picture that moves is written to the address bar when it rests: browsers refuse too many changes. */
const SIGHT_REST_MS = 200;

/** What of the state only moves the map's picture. */
export type Sight = Pick<UrlState, 'camera' | 'step'>;

/** The page's state: the link in the address bar, and the lake it names. */
export class PageState {
  url = $state.raw<UrlState>({ others: {} });
  /** Where the map looks, and when: apart from {@link url}, as it changes nothing that is asked. */
  sight = $state.raw<Sight>({});
  /** What could not be taken from the link. */
  notices = $state.raw<string[]>([]);
  lake = $state.raw<LakeStatus>({ kind: 'none' });
  /** What of the page its link cannot carry, in a sentence. */
  unlinked = $state('');
  readonly recent = new RecentLakes();
  /** What links stand for in this tab and cannot carry: keys, signed addresses, files. Gone when the tab is closed. */
  readonly #sources = new SvelteMap<string, LakeSource>();
  readonly #client: LakeClient;
  readonly #trustedSql = new SvelteSet<string>();
  #opening: AbortController | undefined;
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(client: LakeClient) {
    this.#client = client;
  }

  /** Everything that the link carries. */
  get link(): UrlState {
    return { ...this.url, ...this.sight };
  }

  /** Reads the address bar now and whenever it changes (back, forward, an edited hash); returns how to stop. */
  follow(): () => void {
    const read = () => this.#read();
    read();
    addEventListener('popstate', read);
    addEventListener('hashchange', read);
    return () => {
      removeEventListener('popstate', read);
      removeEventListener('hashchange', read);
    };
  }

  /**
   * Changes the state and the address bar.
   * @param step `push` for what the reader would want to go back from, `replace` for corrections
   */
  change(patch: Partial<UrlState>, step: 'push' | 'replace' = 'push'): void {
    const next = { ...this.link, ...patch };
    // What was marked out for other stations, and narrows nothing else, is not what these were chosen by.
    if ('stations' in patch && !('shape' in patch) && !next.box) next.shape = undefined;
    this.#go(next, step);
  }

  /** Moves the map's picture. The address bar follows; going back leads over choices, not over every move. */
  look(sight: Sight): void {
    this.sight = { ...this.sight, ...sight };
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      const hash = formatUrlState(this.link);
      if (hash !== location.hash && this.url.lake !== undefined) history.replaceState(null, '', hash);
    }, SIGHT_REST_MS);
  }

  /** Leaves for another lake, or for the first screen: of the choices made only what the Earth looks like stays. */
  visit(lake: string | undefined): void {
    const { embed, earth, basemap } = this.url;
    this.unlinked = '';
    this.#go({ ...(lake !== undefined && { lake, earth, basemap }), embed, others: {} }, 'push');
  }

  /** Opens what a reader gave. The link gets its address without anything secret. */
  open(source: LakeSource): void {
    const link = source.kind === 'address' ? withoutSecrets(source.url) : localAddress(source.name);
    const before = this.#sources.get(link);
    // An address that is given without keys again is opened with those it had.
    if (source.kind !== 'address' || source.keys || link !== source.url) this.#sources.set(link, source);
    else if (before?.kind !== 'address' || !before.keys) this.#sources.delete(link);
    if (this.url.lake === link) this.retry();
    else this.visit(link);
  }

  /** Shows a failure in place of the lake, with what the reader can do about it; the rest of the link stays. */
  fail(error: LakeError): void {
    const url = this.url.lake ?? '';
    this.#opening?.abort();
    this.#opening = undefined;
    this.lake = { kind: 'failed', url, error };
  }

  /** Opens the lake of the link again after a failure. */
  retry(): void {
    this.lake = { kind: 'none' };
    this.#follow(this.url.lake);
  }

  /** Marks SQL as the reader's own: written here, or confirmed. */
  trust(sql: string): void {
    this.#trustedSql.add(sql);
  }

  /** Whether SQL in the link was written or confirmed by this reader, so that it may run without asking. */
  trusts(sql: string): boolean {
    return this.#trustedSql.has(sql);
  }

  /** Closes an opening that takes too long. */
  cancelOpening(): void {
    this.#opening?.abort();
  }

  dismissNotices(): void {
    this.notices = [];
  }

  #go(next: UrlState, step: 'push' | 'replace'): void {
    const hash = formatUrlState(next);
    const address = hash === '' ? location.pathname + location.search : hash;
    if (hash !== location.hash) {
      if (step === 'push') history.pushState(null, '', address);
      else history.replaceState(null, '', address);
    }
    this.#hold(next);
    this.notices = [];
    this.#follow(next.lake);
  }

  #hold(state: UrlState): void {
    const { camera, step, ...url } = state;
    this.url = url;
    const { camera: before, step: stepBefore } = this.sight;
    // Where the map looks already, it is not to be moved again.
    if (JSON.stringify([camera, step]) !== JSON.stringify([before, stepBefore])) this.sight = { camera, step };
  }

  #read(): void {
    if (isPacked(location.hash)) {
      void this.#unpack(location.hash);
      return;
    }
    this.#take();
  }

  /** A short link becomes the readable one that it stands for. */
  async #unpack(hash: string): Promise<void> {
    const readable = await unpackLink(hash).catch(() => undefined);
    if (location.hash !== hash) return;
    if (readable !== undefined) history.replaceState(null, '', readable);
    this.#take();
  }

  #take(): void {
    const { state, notices } = parseUrlState(location.hash);
    if (formatUrlState(state) === formatUrlState(this.link) && this.lake.kind !== 'none') return;
    this.#hold(state);
    this.notices = notices;
    // What must not be in a link does not stay in the address bar either.
    if (notices.length > 0) history.replaceState(null, '', formatUrlState(state) || location.pathname);
    this.#follow(state.lake);
  }

  #follow(url: string | undefined): void {
    if (url === undefined) {
      this.#opening?.abort();
      this.#opening = undefined;
      this.lake = { kind: 'none' };
      return;
    }
    if (this.lake.kind !== 'none' && this.lake.url === url) return;
    void this.#open(url);
  }

  async #open(url: string): Promise<void> {
    this.#opening?.abort();
    const controller = new AbortController();
    this.#opening = controller;
    this.lake = { kind: 'opening', url };
    try {
      const source = this.#sources.get(url);
      const lake = await this.#client.open(source ?? url, controller.signal);
      if (this.#opening !== controller) return;
      this.lake = { kind: 'open', url, lake };
      if (source === undefined || source.kind === 'address') this.recent.add({ address: url, title: lake.title });
    } catch (error) {
      if (this.#opening === controller) this.lake = { kind: 'failed', url, error: toLakeError(error) };
    }
  }
}
