import { getContext, setContext, untrack } from 'svelte';

/** Something the page can do, as the palette lists it. */
export interface Command {
  id: string;
  name: string;
  /** Beside the name: what kind it is, or what it means. */
  about?: string | undefined;
  run: () => void;
}

/** What can be done now. Panels add theirs while they are there. */
export class Commands {
  #groups = $state.raw<readonly (() => readonly Command[])[]>([]);
  readonly list = $derived(this.#groups.flatMap((group) => group()));

  /** Adds commands; returns how to take them away. They are asked for anew whenever the palette opens. */
  add(group: () => readonly Command[]): () => void {
    // Whoever adds from an effect must not depend on what others add.
    this.#groups = [...untrack(() => this.#groups), group];
    return () => {
      this.#groups = this.#groups.filter((other) => other !== group);
    };
  }
}

const KEY = Symbol('commands');

/** Makes the commands of the page, for all that is below. */
export function setCommands(): Commands {
  return setContext(KEY, new Commands());
}

/** The commands of the page. */
export function getCommands(): Commands {
  return getContext<Commands>(KEY);
}
