import { brotliCompressSync } from 'node:zlib';
import type { Plugin, Rolldown } from 'vite';

/** Compressed bytes of JavaScript that a browser may load before the page stands; the engine comes after it. */
const FIRST_LOAD_BUDGET = 350_000;

interface FirstLoadFile {
  name: string;
  bytes: number;
  compressed: number;
}

/**
 * Fails the build where the JavaScript of the first load, the entries and all they import statically, is more than its
 * budget after Brotli; prints the sizes either way.
 */
export function firstLoadBudget(budget = FIRST_LOAD_BUDGET): Plugin {
  return {
    name: 'first-load-budget',
    apply: 'build',
    generateBundle(_, bundle) {
      const files = firstLoadFiles(bundle);
      const total = files.reduce((sum, file) => sum + file.compressed, 0);
      const table = files.map((file) => `${line(file.compressed)}${line(file.bytes)}  ${file.name}`);
      const text = [`First-load JavaScript: Brotli, plain`, ...table, `${line(total)} of ${line(budget).trim()}`].join(
        '\n',
      );
      if (total > budget) this.error(`${text}\nThe page would load slowly: import heavy parts with import().`);
      this.info(text);
    },
  };
}

function firstLoadFiles(bundle: Rolldown.OutputBundle): FirstLoadFile[] {
  const names = new Set<string>();
  const visit = (name: string): void => {
    const chunk = bundle[name];
    if (names.has(name) || chunk?.type !== 'chunk') return;
    names.add(name);
    chunk.imports.forEach(visit);
  };
  for (const chunk of Object.values(bundle)) if (chunk.type === 'chunk' && chunk.isEntry) visit(chunk.fileName);
  return [...names].flatMap((name) => {
    const chunk = bundle[name];
    if (chunk?.type !== 'chunk') return [];
    const code = Buffer.from(chunk.code);
    return { name, bytes: code.length, compressed: brotliCompressSync(code).length };
  });
}

function line(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`.padStart(12);
}
