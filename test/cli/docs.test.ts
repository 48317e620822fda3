import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openNativeLake, type NativeLake } from '../support/native-lake';
import { projectRoot } from '../support/server';
import { runTidelake } from '../support/tidelake-process';

const documents = [
  ...readdirSync(projectRoot).filter((name) => name.endsWith('.md')),
  ...readdirSync(path.join(projectRoot, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
  'samples/ATTRIBUTION.md',
];

function read(document: string): string {
  return readFileSync(path.join(projectRoot, document), 'utf8');
}

/** The fenced examples of a language. */
function examples(document: string, language: string): string[] {
  return [...read(document).matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)].flatMap(([, named, text]) =>
    named === language && text !== undefined ? [text] : [],
  );
}

describe('the documents', () => {
  it.each(documents)('%s links only to what is there', (document) => {
    const targets = [...read(document).matchAll(/\]\((?![a-z]+:|#)([^)#\s]+)/g)].map(([, target = '']) => target);
    const missing = targets.filter(
      (target) => !existsSync(path.join(projectRoot, path.dirname(document), decodeURI(target))),
    );
    expect(missing).toEqual([]);
  });
});

/** What the page puts in for its filters. */
const FILTERS: Record<string, string> = {
  stations: "['rapid-wb2']",
  from: "TIMESTAMP '2012-01-01'",
  to: "TIMESTAMP '2012-02-01'",
};

describe('the examples of the documents', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tidelake-docs-'));
  const lake = path.join(folder, 'my-lake');
  let native: NativeLake;
  let exitCode: number | null;
  let said: string;

  beforeAll(async () => {
    const [command] = examples('README.md', 'sh').filter((text) => text.includes('tidelake ingest'));
    const words = (command ?? '').split('npx tidelake serve')[0]?.replaceAll('\\\n', ' ').trim().split(/\s+/) ?? [];
    expect(words.slice(0, 3)).toEqual(['npx', 'tidelake', 'ingest']);
    const run = runTidelake(...words.slice(2).map((word) => (word === 'my-lake' ? lake : word)));
    exitCode = await run.exited;
    said = run.stderr();
    native = await openNativeLake(lake);
  });

  afterAll(() => {
    native.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('make the lake that README promises', async () => {
    expect(exitCode, said).toBe(0);
    expect(await native.query('SELECT count(*) AS n FROM lake')).toEqual([{ n: '91051' }]);
  });

  it.each(documents.flatMap((document) => examples(document, 'sql').map((sql) => ({ document, sql }))))(
    'run as SQL: $document',
    async ({ sql }) => {
      // Nobody has the buckets of the examples; their files stand for those of the lake.
      const here = sql
        .replace(/'(?:s3|https):\/\/[^']*'/g, `'${lake}/station=*/**/*.parquet'`)
        .replace(/\$(stations|from|to)\b/g, (_, name: string) => FILTERS[name] ?? '');
      expect((await native.query(here)).length).toBeGreaterThan(0);
    },
  );
});
