import {
  acceptCompletion,
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { SQLDialect, sql } from '@codemirror/lang-sql';
import { bracketMatching, HighlightStyle, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { type Action, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState, Prec } from '@codemirror/state';
import { EditorView, keymap, lineNumbers, placeholder } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { completeWords, namespaceOf } from './sql-completion';
import { EDITOR_THEME } from './editor-theme';
import type { SqlProblem } from './sql-problem';
import type { SqlVocabulary } from './sql-vocabulary';

/** A CodeMirror editor for SQL, as the component drives it. */
export interface CodeEditor {
  /** Replaces the text where it is another one; undoing brings the old one back. */
  setText(text: string): void;
  setVocabulary(vocabulary: SqlVocabulary): void;
  setProblems(problems: readonly SqlProblem[]): void;
  select(from: number, to: number): void;
  focus(): void;
  destroy(): void;
}

export interface CodeEditorOptions {
  parent: HTMLElement;
  text: string;
  label: string;
  /** Ids of elements that describe the editor. */
  describedBy: string;
  vocabulary: SqlVocabulary;
  onText: (text: string) => void;
  /** Ctrl or ⌘ with Enter, with the selected stretch where there is one. */
  onRun: (selection: { from: number; to: number } | undefined) => void;
  onSelection: (selection: { from: number; to: number } | undefined) => void;
}

/** DuckDB's keywords as far as this page runs them, its types, and `$name` for parameters. */
const DUCKDB = SQLDialect.define({
  keywords:
    'all alter and anti any as asc asof between by case cast columns create cross current delete desc describe distinct drop else end escape except exclude exists explain extract filter first following for from full glob group groups having if ilike in inner insert intersect interval into is join last lateral left like limit materialized name natural not nulls offset on or order ordinality outer over partition pivot positional preceding qualify range recursive replace right row rows sample select semi set show similar summarize table tablesample temp then to try_cast unbounded union unique unnest unpivot update using values view when where window with within',
  types:
    'bigint bit blob boolean char date decimal double float hugeint integer interval json list map numeric real smallint struct text time timestamp timestamptz tinyint ubigint uinteger uuid varchar',
  builtin: 'true false null',
  operatorChars: '*+-%<>!=&|~^/:@',
  specialVar: '$?',
  identifierQuotes: '"',
  caseInsensitiveIdentifiers: true,
});

const COLORS = HighlightStyle.define([
  { tag: tags.keyword, class: 'sql-keyword' },
  { tag: tags.typeName, class: 'sql-type' },
  { tag: [tags.string, tags.special(tags.string)], class: 'sql-text' },
  { tag: [tags.number, tags.bool, tags.null], class: 'sql-number' },
  { tag: [tags.lineComment, tags.blockComment], class: 'sql-comment' },
  { tag: tags.special(tags.name), class: 'sql-parameter' },
]);

/** Makes the editor in an element; what it wears it puts into `<style>`, which the site's policy allows. */
export function createCodeEditor(options: CodeEditorOptions): CodeEditor {
  const words = new Compartment();

  const languageOf = (vocabulary: SqlVocabulary) => [
    sql({
      dialect: DUCKDB,
      schema: namespaceOf(vocabulary),
      upperCaseKeywords: true,
      ...(vocabulary.tables[0] && { defaultTable: vocabulary.tables[0].label }),
    }),
    DUCKDB.language.data.of({ autocomplete: completeWords(vocabulary) }),
  ];

  function run(view: EditorView): boolean {
    options.onRun(selectionOf(view.state));
    return true;
  }

  const view = new EditorView({
    parent: options.parent,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        Prec.highest(
          keymap.of([
            { key: 'Mod-Enter', run },
            { key: 'Tab', run: acceptCompletion },
          ]),
        ),
        lineNumbers(),
        history(),
        bracketMatching(),
        closeBrackets(),
        autocompletion({ icons: false }),
        indentUnit.of('  '),
        words.of(languageOf(options.vocabulary)),
        syntaxHighlighting(COLORS),
        EDITOR_THEME,
        EditorView.lineWrapping,
        placeholder('SELECT … FROM lake'),
        EditorView.contentAttributes.of({
          tabindex: '0',
          'aria-label': options.label,
          'aria-describedby': options.describedBy,
          spellcheck: 'false',
          autocapitalize: 'off',
        }),
        keymap.of([
          ...closeBracketsKeymap,
          ...defaultKeymap,
          ...historyKeymap,
          ...completionKeymap,
          ...lintKeymap,
          indentWithTab,
        ]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) options.onText(update.state.doc.toString());
          if (update.selectionSet || update.docChanged) options.onSelection(selectionOf(update.state));
        }),
      ],
    }),
  });

  return {
    setText(text) {
      if (view.state.doc.toString() === text) return;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, selection: { anchor: 0 } });
    },
    setVocabulary: (vocabulary) => view.dispatch({ effects: words.reconfigure(languageOf(vocabulary)) }),
    setProblems(problems) {
      const { length } = view.state.doc;
      view.dispatch(
        setDiagnostics(
          view.state,
          problems
            .filter(({ to }) => to <= length)
            .map(({ from, to, message, hint, fixes }) => ({
              from,
              to,
              severity: 'error',
              message: `${message}\n${hint}`,
              actions: fixes.map(fixAction),
            })),
        ),
      );
    },
    select(from, to) {
      const { length } = view.state.doc;
      view.dispatch({
        selection: { anchor: Math.min(from, length), head: Math.min(to, length) },
        scrollIntoView: true,
      });
      view.focus();
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}

function selectionOf({ selection: { main } }: EditorState): { from: number; to: number } | undefined {
  return main.empty ? undefined : { from: main.from, to: main.to };
}

function fixAction(word: string): Action {
  return {
    name: `Write ${word}`,
    apply: (view, from, to) => view.dispatch({ changes: { from, to, insert: word } }),
  };
}
