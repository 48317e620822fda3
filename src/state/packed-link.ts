/** Links longer than this are cut by some mail programs and chats. */
export const LONG_LINK = 2000;

/** Characters that a compressed link may unfold to: more is not a link but an attack. */
const MOST_UNFOLDED = 256_000;

/** The key in a link whose value is the rest of it, compressed. */
const KEY = 'z';

/**
 * The same link, shorter: the address of the lake and the version stay readable, everything else is deflated.
 * @param hash of `formatUrlState`, `#` included
 */
export async function packLink(hash: string): Promise<string> {
  const pairs = hash.replace(/^#/, '').split('&');
  const stays = (pair: string) => /^(lake|v)=/.test(pair);
  const rest = pairs.filter((pair) => !stays(pair)).join('&');
  if (rest === '') return hash;
  const packed = await streamed(new TextEncoder().encode(rest), new CompressionStream('deflate-raw'), Infinity);
  return `#${[...pairs.filter(stays), `${KEY}=${toBase64Url(packed)}`].join('&')}`;
}

/** Whether a link's hash has a compressed part. */
export function isPacked(hash: string): boolean {
  return /[#&]z=/.test(hash);
}

/**
 * The readable link behind a compressed one.
 * @throws RangeError where its compressed part is damaged or unfolds to too much
 */
export async function unpackLink(hash: string): Promise<string> {
  const pairs = hash.replace(/^#/, '').split('&');
  const readable: string[] = [];
  for (const pair of pairs) {
    if (!pair.startsWith(`${KEY}=`)) {
      readable.push(pair);
      continue;
    }
    const bytes = fromBase64Url(pair.slice(KEY.length + 1));
    const text = new TextDecoder().decode(await streamed(bytes, new DecompressionStream('deflate-raw'), MOST_UNFOLDED));
    // What is unfolded is not unfolded again.
    readable.push(...text.split('&').filter((inner) => !inner.startsWith(`${KEY}=`)));
  }
  return `#${readable.join('&')}`;
}

async function streamed(bytes: Uint8Array, through: GenericTransformStream, most: number): Promise<Uint8Array> {
  const source = new Blob([Uint8Array.from(bytes)])
    .stream()
    .pipeThrough(through as TransformStream<Uint8Array, Uint8Array>);
  const reader = source.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for (let step = await reader.read(); !step.done; step = await reader.read()) {
      length += step.value.byteLength;
      if (length > most) throw new RangeError('the link unfolds to too much');
      parts.push(step.value);
    }
  } catch (error) {
    throw new RangeError('the compressed part of the link cannot be read', { cause: error });
  } finally {
    void reader.cancel().catch(() => undefined);
  }
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.byteLength;
  }
  return whole;
}

function toBase64Url(bytes: Uint8Array): string {
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  return text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function fromBase64Url(text: string): Uint8Array {
  try {
    const bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    return Uint8Array.from(bytes, (letter) => letter.charCodeAt(0));
  } catch (error) {
    throw new RangeError('the compressed part of the link cannot be read', { cause: error });
  }
}
