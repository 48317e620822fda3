import { keep, readKept } from './browser-storage';
import { sqlWithoutSecrets } from './url-state';

/** A tab of the SQL panel. */
export interface SqlDraft {
  id: number;
  name: string;
  text: string;
}

const KEY = 'tidelake.sql-drafts';
const MOST_DRAFTS = 20;

/** The tabs of the SQL panel; there is always one. Their texts are kept in this browser without anything secret. */
export class SqlDrafts {
  list = $state.raw<SqlDraft[]>([]);
  active = $state(1);
  readonly current = $derived(this.list.find(({ id }) => id === this.active) ?? this.#first());

  constructor() {
    const kept = readDrafts();
    this.list = kept.length > 0 ? kept : [{ id: 1, name: 'Query 1', text: '' }];
  }

  /** Gives a text to begin from, where there is none yet. It is not kept: it belongs to the lake that is open. */
  suggest(text: string): void {
    const [first] = this.list;
    if (first && this.list.length === 1 && first.text.trim() === '') this.list = [{ ...first, text }];
  }

  write(text: string): void {
    const { id } = this.current;
    this.#replace(this.list.map((draft) => (draft.id === id ? { ...draft, text } : draft)));
  }

  /** Opens a tab in front; the oldest goes where there would be too many. */
  add(text = '', name?: string): void {
    const id = Math.max(0, ...this.list.map((draft) => draft.id)) + 1;
    const taken = this.list.map((draft) => draft.name);
    let number = this.list.length + 1;
    while (taken.includes(`Query ${number}`)) number++;
    this.#replace([...this.list, { id, name: name ?? `Query ${number}`, text }].slice(-MOST_DRAFTS));
    this.active = id;
  }

  /** Shows a text: in the tab that has it, in an empty one, or in a new one. */
  show(text: string, name?: string): void {
    const same = this.list.find((draft) => draft.text === text);
    if (same) this.active = same.id;
    else if (this.current.text.trim() === '') this.write(text);
    else this.add(text, name);
  }

  choose(id: number): void {
    if (this.list.some((draft) => draft.id === id)) this.active = id;
  }

  /** Closes a tab; the one before it comes to the front. */
  close(id: number): void {
    const at = this.list.findIndex((draft) => draft.id === id);
    const left = this.list.filter((draft) => draft.id !== id);
    this.#replace(left.length > 0 ? left : [{ id: id + 1, name: 'Query 1', text: '' }]);
    if (this.active === id) this.active = (this.list[at - 1] ?? this.list[0])?.id ?? 1;
  }

  #first(): SqlDraft {
    return this.list[0] ?? { id: 1, name: 'Query 1', text: '' };
  }

  #replace(list: SqlDraft[]): void {
    this.list = list;
    keep(
      KEY,
      list.map(({ name, text }) => ({ name, text: sqlWithoutSecrets(text) })),
    );
  }
}

function readDrafts(): SqlDraft[] {
  const kept = readKept(KEY);
  if (!Array.isArray(kept)) return [];
  return kept.slice(-MOST_DRAFTS).flatMap((entry: unknown, index) => {
    if (typeof entry !== 'object' || entry === null || !('name' in entry) || !('text' in entry)) return [];
    const { name, text } = entry;
    return typeof name === 'string' && typeof text === 'string' ? [{ id: index + 1, name, text }] : [];
  });
}
