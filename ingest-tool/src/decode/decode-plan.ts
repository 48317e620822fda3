import protobuf from 'protobufjs';
import { EXIT, ToolError } from '../tool-error';
import { DecodedColumn, type ProtobufScalar } from './decoded-column';
import { fieldAt, tracksPresence } from './proto-schema';

export const WIRE = { varint: 0, fixed64: 1, bytes: 2, startGroup: 3, endGroup: 4, fixed32: 5 } as const;

/** What to do with one field of a message. */
export interface FieldPlan {
  /** Dotted path from the outermost message, for people. */
  readonly path: string;
  readonly wireType: number;
  /** Also taken in packed form: any repeated number. */
  readonly packable: boolean;
  /** Undefined where no column wants the field: it is stepped over. */
  readonly column: DecodedColumn | undefined;
  readonly scalar: ProtobufScalar | undefined;
  /** The plan of a message field of which some part is wanted. */
  readonly child: MessagePlan | undefined;
}

/** What to do with each field of a message, by field number. */
export class MessagePlan {
  readonly path: string;
  readonly fields = new Map<number, FieldPlan>();
  /** The same for small numbers, where a look-up is an array access. */
  readonly near: (FieldPlan | undefined)[] = new Array<FieldPlan | undefined>(64).fill(undefined);
  /** Fields that the schema does not know: how often each number was met. */
  readonly unknown = new Map<number, number>();

  constructor(path: string) {
    this.path = path;
  }

  add(number: number, plan: FieldPlan): void {
    this.fields.set(number, plan);
    if (number < this.near.length) this.near[number] = plan;
  }
}

const WIRE_TYPES: Record<ProtobufScalar, number> = {
  double: WIRE.fixed64,
  fixed64: WIRE.fixed64,
  sfixed64: WIRE.fixed64,
  float: WIRE.fixed32,
  fixed32: WIRE.fixed32,
  sfixed32: WIRE.fixed32,
  string: WIRE.bytes,
  bytes: WIRE.bytes,
  int32: WIRE.varint,
  uint32: WIRE.varint,
  sint32: WIRE.varint,
  int64: WIRE.varint,
  uint64: WIRE.varint,
  sint64: WIRE.varint,
  bool: WIRE.varint,
  enum: WIRE.varint,
};

/** The scalar of a field, `enum` for any enumeration; undefined for a message. */
export function scalarOf(field: protobuf.Field): ProtobufScalar | undefined {
  if (field.resolvedType instanceof protobuf.Enum) return 'enum';
  return field.type in WIRE_TYPES ? (field.type as ProtobufScalar) : undefined;
}

/**
 * Plans how to read the wanted fields of a message into columns, and how to step over the others.
 * @param paths dotted field paths; each gets one column
 * @throws ToolError where a path is not a field with one value
 */
export function planDecoding(
  type: protobuf.Type,
  paths: readonly string[],
): { plan: MessagePlan; columns: Map<string, DecodedColumn> } {
  const columns = new Map<string, DecodedColumn>();
  for (const path of paths) {
    const field = fieldAt(type, path);
    const scalar = field === undefined ? undefined : scalarOf(field);
    if (field === undefined || scalar === undefined) {
      throw new ToolError(
        EXIT.usage,
        `${type.name} has no value at ${path}`,
        field === undefined
          ? `Its fields: ${type.fieldsArray.map(({ name }) => name).join(', ')}.`
          : 'Name a field inside it.',
      );
    }
    const names = field.resolvedType instanceof protobuf.Enum ? field.resolvedType.valuesById : undefined;
    columns.set(path, new DecodedColumn(scalar, tracksPresence(field), names));
  }
  return { plan: planMessage(type, '', columns), columns };
}

function planMessage(type: protobuf.Type, prefix: string, columns: Map<string, DecodedColumn>): MessagePlan {
  const plan = new MessagePlan(prefix);
  for (const field of type.fieldsArray) {
    const path = prefix + field.name;
    const scalar = scalarOf(field);
    const inside = [...columns.keys()].some((wanted) => wanted.startsWith(`${path}.`));
    plan.add(field.id, {
      path,
      wireType: scalar === undefined ? (field.type === 'group' ? WIRE.startGroup : WIRE.bytes) : WIRE_TYPES[scalar],
      packable: field.repeated && scalar !== undefined && WIRE_TYPES[scalar] !== WIRE.bytes,
      column: columns.get(path),
      scalar,
      child:
        inside && field.resolvedType instanceof protobuf.Type
          ? planMessage(field.resolvedType, `${path}.`, columns)
          : undefined,
    });
  }
  // A map field is a repeated message on the wire, whatever its value type is.
  for (const field of type.fieldsArray.filter(({ map }) => map)) {
    plan.add(field.id, {
      path: prefix + field.name,
      wireType: WIRE.bytes,
      packable: false,
      column: undefined,
      scalar: undefined,
      child: undefined,
    });
  }
  return plan;
}
