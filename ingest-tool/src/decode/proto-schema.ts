import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';
import 'protobufjs/ext/descriptor.js';
import { EXIT, explainSystemError, systemErrorCode, ToolError } from '../tool-error';

/** The first byte of a descriptor set: the tag of its first file. No `.proto` begins with a line break and goes on in binary. */
const DESCRIPTOR_TAG = 0x0a;

/**
 * Loads a message type from a `.proto`, with the files it imports, or from a descriptor set (`protoc -o`).
 * @throws ToolError where the file cannot be read or parsed, or has no such message: then naming those it has
 */
export function loadMessageType(protoPath: string, messageName: string): protobuf.Type {
  let root = new protobuf.Root();
  try {
    const bytes = readFileSync(protoPath);
    if (bytes[0] === DESCRIPTOR_TAG && bytes.includes(0)) {
      root = protobuf.Root.fromDescriptor(bytes, { keepCase: true });
    } else root.loadSync(protoPath, { keepCase: true });
    root.resolveAll();
  } catch (error) {
    if (systemErrorCode(error) !== undefined) throw explainSystemError(error, 'read', protoPath, EXIT.usage);
    throw new ToolError(
      EXIT.usage,
      `${protoPath} is not a schema that can be read: ${error instanceof Error ? error.message : String(error)}`,
      'Check it with `protoc --descriptor_set_out=/dev/null`; files it imports are looked for beside it.',
      { cause: error },
    );
  }
  const names = messageNamesOf(root);
  const found = names.find((name) => name === messageName) ?? lastPartMatch(names, messageName);
  if (found === undefined) {
    throw new ToolError(
      EXIT.usage,
      `${protoPath} has no message ${messageName}`,
      names.length === 0 ? 'It defines no message at all.' : `It has: ${names.join(', ')}.`,
    );
  }
  return root.lookupType(found);
}

/** `OceanTelemetry` also finds `ocean.v1.OceanTelemetry`, where only one message ends so. */
function lastPartMatch(names: string[], wanted: string): string | undefined {
  const matches = names.filter((name) => name.endsWith(`.${wanted}`));
  return matches.length === 1 ? matches[0] : undefined;
}

function messageNamesOf(namespace: protobuf.NamespaceBase): string[] {
  return namespace.nestedArray.flatMap((nested) => [
    ...(nested instanceof protobuf.Type ? [nested.fullName.replace(/^\./, '')] : []),
    ...(nested instanceof protobuf.Namespace ? messageNamesOf(nested) : []),
  ]);
}

/**
 * The field at a dotted path, such as `position.latitude`; undefined where there is none.
 * @throws ToolError where the path leads through or to something that holds more than one value
 */
export function fieldAt(type: protobuf.Type, path: string): protobuf.Field | undefined {
  let message: protobuf.Type | undefined = type;
  let field: protobuf.Field | undefined;
  for (const name of path.split('.')) {
    field = message?.fields[name];
    if (field === undefined) return undefined;
    if (field.repeated || field.map) {
      throw new ToolError(
        EXIT.usage,
        `the field ${path} of ${type.name} is ${field.map ? 'a map' : 'repeated'}: a column needs one value a message`,
        'Leave it out of the mapping.',
      );
    }
    message = field.resolvedType instanceof protobuf.Type ? field.resolvedType : undefined;
  }
  return field;
}

/** Whether the absence of a field can be told from zero: `optional`, members of a `oneof`, and proto2. */
export function tracksPresence(field: protobuf.Field | undefined): boolean {
  // protobufjs declares a boolean and returns the oneof where there is one.
  return Boolean(field?.hasPresence);
}

/** The dotted paths of every field that can become a column, those of nested messages included. */
export function columnPathsOf(type: protobuf.Type, prefix = '', depth = 0): string[] {
  return type.fieldsArray.flatMap((field) => {
    const path = prefix + field.name;
    if (field.repeated || field.map || depth > 8) return [];
    if (field.resolvedType instanceof protobuf.Type) return columnPathsOf(field.resolvedType, `${path}.`, depth + 1);
    return [path];
  });
}
