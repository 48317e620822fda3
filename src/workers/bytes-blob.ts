/**
 * Bytes in memory with the interface of a Blob, for parquet-wasm, which reads files only so. A real Blob would copy the
 * bytes to the browser process and back.
 * @param offset of the bytes in the file they are from; what lies before them reads as nothing
 */
export function blobOfBytes(bytes: Uint8Array, offset = 0): Blob {
  const size = offset + bytes.byteLength;
  const copy = () => new Uint8Array(bytes);
  return {
    size,
    type: '',
    slice: (start = 0, end = size) =>
      blobOfBytes(bytes.subarray(Math.max(0, start - offset), Math.max(0, end - offset))),
    arrayBuffer: () => Promise.resolve(copy().buffer),
    bytes: () => Promise.resolve(copy()),
    text: () => Promise.resolve(new TextDecoder().decode(bytes)),
    stream: () => new Blob([copy()]).stream(),
  };
}
