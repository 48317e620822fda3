/** Bytes of a file, and where in it they lie. */
export interface FilePart {
  start: number;
  bytes: Uint8Array;
}

/**
 * Parts of a file in memory with the interface of a Blob of the whole file, for parquet-wasm, which reads files only so.
 * A real Blob would copy the bytes to the browser process and back. parquet-wasm reads across small gaps between the
 * columns it wants, which come as zeros. Of a stretch that does not both begin and end in a part nothing is read, which
 * parquet-wasm takes for the end of the file.
 * @param parts in the order of the file, not overlapping
 * @param size of the whole file
 */
export function createSparseBlob(parts: readonly FilePart[], size: number): Blob {
  return blobOf(parts, 0, size);
}

function blobOf(parts: readonly FilePart[], from: number, to: number): Blob {
  const copy = () => copyOf(parts, from, to);
  return {
    size: to - from,
    type: '',
    slice: (start = 0, end = to - from) => blobOf(parts, Math.max(from, from + start), Math.min(to, from + end)),
    arrayBuffer: async () => copy().buffer,
    bytes: async () => copy(),
    text: async () => new TextDecoder().decode(copy()),
    stream: () => new Blob([copy()]).stream(),
  };
}

function copyOf(parts: readonly FilePart[], from: number, to: number): Uint8Array<ArrayBuffer> {
  const holds = (position: number) =>
    parts.some(({ start, bytes }) => start <= position && position < start + bytes.byteLength);
  if (to <= from || !holds(from) || !holds(to - 1)) return new Uint8Array();
  const copy = new Uint8Array(to - from);
  for (const { start, bytes } of parts) {
    const first = Math.max(from, start);
    const last = Math.min(to, start + bytes.byteLength);
    if (last > first) copy.set(bytes.subarray(first - start, last - start), first - from);
  }
  return copy;
}
