/** An element of an XML document: its local name, its child elements, its own text. */
export interface XmlElement {
  name: string;
  children: XmlElement[];
  text: string;
}

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const TOKEN = /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([^\s<>/!?]+)([^<>]*)>|([^<]+)/y;

/**
 * Parses the small XML documents S3 answers with (workers have no DOMParser): elements and text, no DTD. Namespaces
 * prefixes and attributes are dropped.
 * @returns undefined where the text is not one whole, well-nested document
 */
export function parseXml(text: string): XmlElement | undefined {
  const root: XmlElement = { name: '', children: [], text: '' };
  const open = [root];
  let position = text.startsWith('\uFEFF') ? 1 : 0;
  while (position < text.length) {
    TOKEN.lastIndex = position;
    const match = TOKEN.exec(text);
    const parent = open.at(-1);
    if (!match || !parent) return undefined;
    position = TOKEN.lastIndex;
    const [, cdata, closing, rawName, attributes = '', content] = match;
    if (cdata !== undefined) parent.text += cdata;
    else if (content !== undefined) parent.text += decodeEntities(content);
    else if (rawName !== undefined) {
      const name = rawName.slice(rawName.indexOf(':') + 1);
      if (closing === '/') {
        if (open.length === 1 || parent.name !== name) return undefined;
        open.pop();
      } else {
        const element = { name, children: [], text: '' };
        parent.children.push(element);
        if (!attributes.endsWith('/')) open.push(element);
      }
    }
  }
  const [document] = root.children;
  return open.length === 1 && root.children.length === 1 && root.text.trim() === '' ? document : undefined;
}

/** The text of an element's first child of a name; undefined where there is none. */
export function childText(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text;
}

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
