import type protobuf from 'protobufjs';
import { stringify } from 'yaml';
import { columnPathsOf } from '../decode/proto-schema';
import { EXIT, ToolError } from '../tool-error';

const GUESSES: [role: string, name: string, pattern: RegExp][] = [
  ['time', 'time', /(^|[._])(time|timestamp|ts|epoch|utc)($|[._])/i],
  ['device', 'device_id', /(device|sensor|instrument|serial|node|station|dev)(_?id|_?eui|_?name)?$/i],
  ['latitude', 'latitude', /lat(itude)?($|_)/i],
  ['longitude', 'longitude', /(lon|lng)(gitude)?($|_)/i],
  ['depth', 'depth', /depth/i],
];

/**
 * Ends the run for a message that no preset knows, with a mapping to start from.
 * @throws ToolError always
 */
export function adviseMapping(type: protobuf.Type): never {
  throw new ToolError(
    EXIT.usage,
    `Nothing says how the fields of ${type.name} become columns`,
    `Write this to mapping.yaml, correct it, and give it with --mapping mapping.yaml:\n\n${draftMapping(type)}\nEach column may have unit, standardName, longName, scale, offset and whenAbsent; docs/mapping.md tells about them.`,
  );
}

/** A first mapping of a message, guessed from the names of its fields. */
export function draftMapping(type: protobuf.Type): string {
  const paths = columnPathsOf(type);
  const taken = new Set<string>();
  const columns: { name: string; from: string; role?: string }[] = [];
  for (const [role, name, pattern] of GUESSES) {
    const from = paths.find((path) => !taken.has(path) && pattern.test(path));
    if (from !== undefined) {
      taken.add(from);
      columns.push({ name, from, role });
    } else if (role === 'device') columns.push({ name, from: 'topic[2]', role });
  }
  for (const from of paths) {
    if (!taken.has(from)) columns.push({ name: from.replace(/[^A-Za-z0-9_]+/g, '_'), from });
  }
  return stringify({ columns });
}
