/** Splits at the separator's first place; the second part is undefined where there is none. */
export function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** Percent-encodes what would end or split a value of a link; `/`, `:` and blanks (as `+`) stay readable. */
export function encodeText(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\uFFFD'))
    .replace(/%20/g, '+')
    .replace(/%2F/g, '/')
    .replace(/%3A/g, ':')
    .replace(/%3D/g, '=')
    .replace(/%2C/g, ',');
}

/** Reads what {@link encodeText} writes; undefined where it is not readable. */
export function decodeText(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

/** Writes texts with commas between them. */
export function writeList(values: readonly string[]): string {
  return values.map((value) => encodeText(value).replaceAll(',', '%2C')).join(',');
}

/** Reads what {@link writeList} writes; empty and unreadable parts are left out. */
export function readList(text: string): string[] {
  return text.split(',').flatMap((part) => {
    const value = decodeText(part);
    return value === undefined || value === '' ? [] : value;
  });
}
