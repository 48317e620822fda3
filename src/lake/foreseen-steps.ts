import type { LakeSchema } from './lake-schema';
import { startWalk, type ListStep, type WalkOptions } from './partition-walk';
import type { Predicate } from './predicate';

/** Beyond so many, levels of folders are listed one after another: a wrong guess would cost too much. */
const MOST_FORESEEN = 12;

/**
 * Steps that a walk of a lake whose folders are not certain takes later on, if they are spelt like those that were seen: a
 * level that need not wait for the one above it spares a round trip. What they answer is not relied on; the walk asks
 * the same again and finds it here, or goes another way. Empty where the walk can name its folders anyhow.
 */
export function foreseenSteps(schema: LakeSchema, where: Predicate, options: WalkOptions = {}): ListStep[] {
  const { steps: certain } = startWalk(schema, where, options);
  const begun = certain.filter(({ delimiter }) => delimiter !== undefined);
  if (begun.length === 0) return [];
  const { steps: guessed } = startWalk(schema, where, { ...options, uniformFolders: true });
  // How days are put together in stretches depends on which there are; the levels above them are the same.
  const hasStretches = guessed.some(({ startAfter }) => startAfter !== undefined);
  const prefixes = new Set<string>();
  const last: ListStep[] = [];
  for (const step of guessed) {
    const above = begun.find(({ prefix }) => step.prefix.startsWith(prefix));
    const folders = above ? foldersBetween(above.prefix, step.prefix) : [];
    const isLevel = step.startAfter !== undefined || step.delimiter !== undefined;
    for (const folder of isLevel ? folders : folders.slice(0, -1)) prefixes.add(folder);
    if (!isLevel && !hasStretches && folders.length > 0) last.push(step);
  }
  const foreseen = [...[...prefixes].map((prefix) => ({ prefix, delimiter: '/' as const })), ...last];
  return foreseen.length > MOST_FORESEEN ? [] : foreseen;
}

/** `a/b/` and `a/b/c/`, of `a/` and `a/b/c/`. */
function foldersBetween(above: string, below: string): string[] {
  const names = below.slice(above.length).split('/').slice(0, -1);
  return names.map((_, index) => `${above}${names.slice(0, index + 1).join('/')}/`);
}
