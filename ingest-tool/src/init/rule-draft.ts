import type { GroupFound } from '../inspect/inspect-report';
import { NUMBER_FIELD } from '../inspect/sample-decoder';
import type { PayloadKind } from '../inspect/payload-guess';
import { DEVICE_PAYLOADS } from '../decode/payload/device-decoder';
import { topicPattern } from '../decode/topic-pattern';
import type { FieldReport } from '../inspect/field-summary';
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

const UPLINKS: ReadonlySet<PayloadKind> = new Set(['chirpstack', 'things-stack', 'loriot']);

/** What any uplink has, whatever is inside. */
const UPLINK_FIELDS: FieldReport[] = [
  { path: 'time', kind: 'time' as const },
  { path: 'device', kind: 'text' as const },
].map((field) => ({ ...field, values: 1, min: null, max: null, unit: null, examples: [] }));

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
  const isUnknown = UPLINKS.has(payload) && !group.fields.some(({ path }) => path === 'device');
  const fields = isUnknown ? UPLINK_FIELDS : group.fields;
  const columns = payload === 'number' ? numberColumns(group, captures) : draftColumns(fields, captures);
  const more: [string, string][] =
    payload === 'protobuf' && schema !== undefined
      ? [
          ['schema', schema.schema],
          ['message', schema.message],
        ]
      : [];
  const unread =
    group.problem === null
      ? ''
      : `; not decoded: ${group.problem.count}, the first: ${group.problem.first}${isUnknown ? `, one of ${DEVICE_PAYLOADS.join(', ')}` : ''}`;
  return { pattern, decoder: payload, more, columns, comment: `${seen}${unread}` };
}

/** Columns for the metrics that topics name. */
function numberColumns({ fields }: GroupFound, captures: readonly string[]): ColumnDraft[] {
  const metrics = fields.filter(({ path }) => path !== NUMBER_FIELD && path !== 'time');
  return draftColumns(metrics, captures).map((column) => {
    return column.role === 'time' ? { name: 'time', from: 'time', role: 'time', comment: 'of receipt' } : column;
  });
}

/** A pattern of which nothing is to be made: names become plain wildcards. */
function withoutNames(pattern: string): string {
  return pattern.replace(/\{\w+\}/g, '+');
}
