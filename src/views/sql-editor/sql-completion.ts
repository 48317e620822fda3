import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { snippetCompletion } from '@codemirror/autocomplete';
import type { SQLNamespace } from '@codemirror/lang-sql';
import { SQL_FUNCTIONS } from './sql-functions';
import type { SqlVocabulary, SqlWord } from './sql-vocabulary';

/** Beginnings of whole statements; what is between `${` and `}` is filled in one after the other with Tab. */
const SNIPPETS: readonly [label: string, about: string, template: string][] = [
  [
    'select window',
    'Observations of the page’s window and stations',
    'SELECT ${*}\nFROM lake\nWHERE time >= $from AND time < $to\n  AND list_contains($stations, station)\nLIMIT ${1:100}',
  ],
  [
    'daily means',
    'A mean for each day and device',
    "SELECT date_trunc('day', time) AS day, ${device_id}, avg(${temperature}) AS mean, count(*) AS n\nFROM lake\nWHERE time >= $from AND time < $to\nGROUP BY ALL\nORDER BY ALL",
  ],
  [
    'anomaly',
    'Difference from the mean of the same month',
    'SELECT time, ${temperature},\n  ${temperature} - avg(${temperature}) OVER (PARTITION BY month(time)) AS anomaly\nFROM lake\nWHERE time >= $from AND time < $to',
  ],
  [
    'running mean',
    'Mean of the hours around each reading',
    'SELECT time, avg(${3:temperature}) OVER (\n  ORDER BY time RANGE BETWEEN INTERVAL ${1:12} HOUR PRECEDING AND INTERVAL ${2:12} HOUR FOLLOWING) AS mean\nFROM lake\nWHERE time >= $from AND time < $to',
  ],
  [
    'nearest in time',
    'Joins each row to the latest one of a table before it',
    'SELECT *\nFROM lake ASOF JOIN ${other} ON lake.time >= ${other}.time',
  ],
  [
    'gaps',
    'Stretches without readings',
    "SELECT before AS gap_begins, time AS gap_ends, time - before AS length\nFROM (SELECT time, lag(time) OVER (ORDER BY time) AS before FROM lake WHERE time >= $from AND time < $to) AS steps\nWHERE time - before > INTERVAL '${1 hour}'",
  ],
];

const FUNCTIONS: Completion[] = SQL_FUNCTIONS.map(({ name, parameters, about }) => ({
  ...snippetCompletion(`${name}(\${})`, { label: name, detail: `(${parameters})`, type: 'function' }),
  info: about,
}));

const STATEMENTS: Completion[] = SNIPPETS.map(([label, about, template]) =>
  snippetCompletion(template, { label, detail: about, type: 'text', boost: -1 }),
);

function completionOf({ label, apply, detail, about }: SqlWord, type: string): Completion {
  return {
    label,
    type,
    ...(apply !== undefined && { apply }),
    ...(detail !== undefined && { detail }),
    ...(about !== undefined && { info: () => paragraphs(about) }),
  };
}

function paragraphs(text: string): HTMLElement {
  const box = document.createElement('div');
  box.append(
    ...text.split('\n').map((line) => {
      const paragraph = document.createElement('div');
      paragraph.textContent = line;
      return paragraph;
    }),
  );
  return box;
}

/** Tables and their columns as the SQL language wants them. */
export function namespaceOf({ tables }: SqlVocabulary): SQLNamespace {
  return Object.fromEntries(
    tables.map((table) => [
      table.label,
      {
        self: completionOf(table, 'class'),
        children: table.columns.map((column) => ({ ...completionOf(column, 'property'), boost: 2 })),
      },
    ]),
  );
}

/** Completes functions, snippets and parameters: what the SQL language does not know of itself. */
export function completeWords({ parameters }: SqlVocabulary): (context: CompletionContext) => CompletionResult | null {
  const filters = parameters.map((word) => completionOf(word, 'variable'));
  return (context) => {
    const parameter = context.matchBefore(/\$\w*/);
    if (parameter) return { from: parameter.from, options: filters, validFor: /^\$\w*$/ };
    const word = context.matchBefore(/[\w]+/);
    if (!word && !context.explicit) return null;
    const from = word?.from ?? context.pos;
    if (context.state.sliceDoc(from - 1, from) === '.') return null;
    return { from, options: [...FUNCTIONS, ...STATEMENTS, ...filters], validFor: /^\w*$/ };
  };
}
