import type { Command } from './commands.svelte';

/** Commands shown at once. */
const MOST = 50;

/**
 * The commands that a text may mean, best first: all its words must stand in the name or beside it, and a name that begins
 * with the text comes before one that only holds it.
 */
export function searchCommands(commands: readonly Command[], text: string): Command[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const [first = ''] = words;
  return commands
    .map((command, index) => {
      const name = command.name.toLowerCase();
      const all = `${name} ${command.about?.toLowerCase() ?? ''}`;
      const isMeant = words.every((word) => all.includes(word));
      const rank = name.startsWith(first) ? 0 : name.split(/\W+/).some((word) => word.startsWith(first)) ? 1 : 2;
      return { command, index, rank: isMeant ? rank : undefined };
    })
    .filter((found): found is { command: Command; index: number; rank: number } => found.rank !== undefined)
    .sort((left, right) => left.rank - right.rank || left.index - right.index)
    .slice(0, MOST)
    .map(({ command }) => command);
}
