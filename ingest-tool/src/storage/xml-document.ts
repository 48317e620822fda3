import { Parser } from 'htmlparser2';

/** An element of an XML document: its local name, its child elements, its own text. */
export interface XmlElement {
  name: string;
  children: XmlElement[];
  text: string;
}

/**
 * Reads the XML documents that S3 answers with. Namespace prefixes and attributes are dropped.
 * @returns undefined where the text is not one whole element
 */
export function parseXml(text: string): XmlElement | undefined {
  const root: XmlElement = { name: '', children: [], text: '' };
  const open = [root];
  const parser = new Parser(
    {
      onopentagname(rawName) {
        const element = { name: rawName.slice(rawName.indexOf(':') + 1), children: [], text: '' };
        open.at(-1)?.children.push(element);
        open.push(element);
      },
      ontext(piece) {
        const element = open.at(-1);
        if (element !== undefined) element.text += piece;
      },
      onclosetag() {
        open.pop();
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.write(text);
  // The end would close what is still open.
  const isWhole = open.length === 1;
  parser.end();
  const [document] = root.children;
  return !isWhole || root.children.length !== 1 || root.text.trim() !== '' ? undefined : document;
}

/** The text of an element's first child of a name; undefined where there is none. */
export function childText(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text;
}

/** The children of a name. */
export function childrenNamed(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

/** A text as it stands inside an element. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}
