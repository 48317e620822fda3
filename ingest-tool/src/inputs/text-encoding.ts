import type { Content } from './decompression';

/** Bytes that tell UTF-16 from anything else. */
const HEAD_BYTES = 4;

/**
 * Text in UTF-16, as Excel writes “Unicode text”, becomes UTF-8; everything else passes as it is. Lines and cells are found by
 * single bytes, which UTF-16 has no place for.
 */
export async function* textAsUtf8(content: Content): Content {
  let head: Uint8Array = new Uint8Array(0);
  let step = await content.next();
  for (; step.done !== true; step = await content.next()) {
    head = head.length === 0 ? step.value : Buffer.concat([head, step.value]);
    if (head.length >= HEAD_BYTES) break;
  }
  const encoding = utf16Of(head);
  if (encoding === undefined) {
    if (head.length > 0) yield head;
    return step.done === true ? step.value : yield* content;
  }
  const decoder = new TextDecoder(encoding);
  const encoder = new TextEncoder();
  yield encoder.encode(decoder.decode(head, { stream: true }));
  while (step.done !== true) {
    step = await content.next();
    yield encoder.encode(step.done === true ? decoder.decode() : decoder.decode(step.value, { stream: true }));
  }
  return step.value;
}

/** By its byte order mark and a first letter of Latin script: two bytes alone may be the length of a message. */
function utf16Of([first, second, third, fourth]: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (first === 0xff && second === 0xfe && third !== 0 && fourth === 0) return 'utf-16le';
  if (first === 0xfe && second === 0xff && third === 0 && fourth !== 0) return 'utf-16be';
  return undefined;
}
