/** A key as a URL's path: everything percent-encoded but `/`, and `=`, which no server reads otherwise. */
export function encodeKey(key: string): string {
  return key
    .split('/')
    .map((segment) =>
      encodeURIComponent(segment)
        .replaceAll('%3D', '=')
        .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`),
    )
    .join('/');
}

/** A URL's path as a key; percent signs that encode nothing stay as they are. */
export function decodeKey(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** A URL fit for messages: without its query, which may hold a signature. */
export function withoutQuery(url: string): string {
  return url.split(/[?#]/, 1)[0] ?? '';
}
