import type { GroupFound } from '../inspect/inspect-report';
import { NUMBER_FIELD } from '../inspect/sample-decoder';
import type { PayloadKind } from '../inspect/payload-guess';
import { topicPattern } from '../decode/topic-pattern';
import { draftColumns, type ColumnDraft } from './column-draft';

/** A payload rule as a draft proposes it, with the columns of its messages. */
export interface RuleDraft {
  pattern: string;
  decoder: Exclude<PayloadKind, 'text' | 'binary' | 'empty'> | 'ignore';
  /** Further keys, in their order. */
  more: [key: string, value: string][];
  columns: ColumnDraft[];
  comment: string;
}

/** The schema of protobuf messages, as a draft names it. */
export interface DraftSchema {
  /** Path from the folder of the mapping file. */
  schema: string;
  message: string;
}

/** The rule for a group of topics; messages that nothing can be made of are ignored, which the comment says. */
export function draftRule(group: GroupFound, schema: DraftSchema | undefined): RuleDraft {
  const { payload, pattern, messages } = group;
  const seen = `${messages} message${messages === 1 ? '' : 's'}, such as ${group.example}`.slice(0, 100);
  if (payload === 'text' || payload === 'binary' || payload === 'empty') {
    return { pattern: withoutNames(pattern), decoder: 'ignore', more: [], columns: [], comment: `${payload}: ${seen}` };
  }
  if (payload === 'protobuf' && schema === undefined) {
    const comment = 'protobuf: give decoder: protobuf, schema: and message:, or run init with --proto and --message';
    return { pattern: withoutNames(pattern), decoder: 'ignore', more: [], columns: [], comment };
  }
  const captures = [...topicPattern(pattern).captures.keys()];
  const columns = payload === 'number' ? numberColumns(group, captures) : draftColumns(group.fields, captures);
  const more: [string, string][] =
    payload === 'protobuf' && schema !== undefined
      ? [
          ['schema', schema.schema],
          ['message', schema.message],
        ]
      : [];
  return { pattern, decoder: payload, more, columns, comment: seen };
}

/** Columns for the metrics that topics name. */
function numberColumns(group: GroupFound, captures: readonly string[]): ColumnDraft[] {
  const named = (group.names['metric'] ?? []).map((path) => ({
    path,
    kind: 'number' as const,
    values: 1,
    min: null,
    max: null,
    unit: null,
    examples: [],
  }));
  const value = group.fields.find(({ path }) => path === NUMBER_FIELD);
  const columns = draftColumns(named, captures);
  return columns.map((column) => {
    if (column.role === 'time') return { name: 'time', from: 'time', role: 'time', comment: 'of receipt' };
    if (column.role !== undefined) return column;
    return { ...column, unit: column.unit ?? value?.unit ?? undefined, comment: undefined };
  });
}

/** A pattern of which nothing is to be made: names become plain wildcards. */
function withoutNames(pattern: string): string {
  return pattern.replace(/\{\w+\}/g, '+');
}
