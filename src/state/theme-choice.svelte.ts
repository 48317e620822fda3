import type { Theme } from '../views/color-ramp';

export const THEME_CHOICES = ['system', 'light', 'dark'] as const;
export type ThemeChoice = (typeof THEME_CHOICES)[number];

const KEY = 'tidelake.theme';

/** The reader's choice of theme, kept in this browser, and the theme it comes to. */
export class ThemeState {
  choice = $state<ThemeChoice>('system');
  #systemDark = $state(false);
  readonly theme: Theme = $derived(this.choice === 'system' ? (this.#systemDark ? 'dark' : 'light') : this.choice);

  constructor() {
    const dark = matchMedia('(prefers-color-scheme: dark)');
    this.#systemDark = dark.matches;
    dark.addEventListener('change', () => (this.#systemDark = dark.matches));
    this.choice = THEME_CHOICES.find((choice) => choice === readStored()) ?? 'system';
  }

  choose(choice: ThemeChoice): void {
    this.choice = choice;
    try {
      localStorage.setItem(KEY, choice);
    } catch {
      // A browser that keeps nothing (private mode, a sandboxed frame) still switches for this visit.
    }
  }
}

function readStored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
