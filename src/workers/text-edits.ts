/** A place in a text that was replaced, by character offsets before the replacement. */
export interface TextEdit {
  start: number;
  end: number;
  replacement: string;
}

/** Makes replacements, which must not overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let done = '';
  let last = 0;
  for (const { start, end, replacement } of inOrder(edits)) {
    done += text.slice(last, start) + replacement;
    last = end;
  }
  return done + text.slice(last);
}

/** Where an offset in the replaced text was before; the start of what was replaced, within a replacement. */
export function offsetBefore(edits: readonly TextEdit[], offset: number): number {
  let shift = 0;
  for (const { start, end, replacement } of inOrder(edits)) {
    if (offset < start + shift) break;
    if (offset < start + shift + replacement.length) return start;
    shift += replacement.length - (end - start);
  }
  return offset - shift;
}

function inOrder(edits: readonly TextEdit[]): TextEdit[] {
  return [...edits].sort((first, second) => first.start - second.start);
}
