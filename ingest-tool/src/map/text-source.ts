import type { DecodedColumn } from '../decode/decoded-column';
import { StringDictionary } from '../decode/string-dictionary';
import type { MessageBatch } from '../inputs/message-batch';

/** Texts of a batch as numbers in a dictionary. */
export interface TextSource {
  readonly dictionary: StringDictionary;
  /** The number of a row's text; -1 where it has none. */
  idAt(batch: MessageBatch, row: number): number;
}

/** A string field as it is. */
function stringField(column: DecodedColumn): TextSource {
  return {
    dictionary: column.dictionary,
    idAt: (_batch, row) => (column.present[row] === 1 ? (column.ids[row] ?? -1) : -1),
  };
}

/** A field of bytes, as hexadecimal digits. */
function bytesField(column: DecodedColumn): TextSource {
  const dictionary = new StringDictionary();
  const hexIds = new Map<number, number>();
  return {
    dictionary,
    idAt: (_batch, row) => {
      if (column.present[row] !== 1) return -1;
      return remembered(hexIds, column.ids[row] ?? 0, (id) =>
        dictionary.internText(Buffer.from(column.dictionary.bytesOf(id)).toString('hex')),
      );
    },
  };
}

/** A number as decimal digits, an enumeration as the name of its value. */
function numberField(column: DecodedColumn): TextSource {
  const dictionary = new StringDictionary();
  const ids = new Map<number | bigint, number>();
  const textOf = (value: number | bigint): string => column.enumNames?.[Number(value)] ?? String(value);
  return {
    dictionary,
    idAt: (_batch, row) => {
      if (column.present[row] !== 1) return -1;
      const value = column.isWide ? column.bigintAt(row) : (column.numbers[row] ?? 0);
      return remembered(ids, value, (key) => dictionary.internText(textOf(key)));
    },
  };
}

/** A field as text, whatever its type. */
export function fieldText(column: DecodedColumn): TextSource {
  if (column.scalar === 'string') return stringField(column);
  return column.scalar === 'bytes' ? bytesField(column) : numberField(column);
}

/**
 * The topic, or one of its levels.
 * @param level counting from 0; undefined for the whole topic
 */
export function topicText(topics: StringDictionary, level: number | undefined): TextSource {
  if (level === undefined) return { dictionary: topics, idAt: (batch, row) => batch.topic[row] ?? -1 };
  const dictionary = new StringDictionary();
  const ids = new Map<number, number>();
  return {
    dictionary,
    idAt: (batch, row) => {
      const topic = batch.topic[row] ?? -1;
      if (topic < 0) return -1;
      return remembered(ids, topic, (id) => {
        const text = topics.textOf(id).split('/')[level];
        return text === undefined || text === '' ? -1 : dictionary.internText(text);
      });
    },
  };
}

/** The name of the capture. @param names where batches have its number from */
export function captureText(names: StringDictionary): TextSource {
  return { dictionary: names, idAt: (batch) => batch.capture };
}

/** The same text in every row. */
export function constantText(text: string): TextSource {
  const dictionary = new StringDictionary();
  const id = dictionary.internText(text);
  return { dictionary, idAt: () => id };
}

/** What is known by another text, such as of a device by its id. @param textOf undefined where nothing is */
export function textBy(key: TextSource, textOf: (key: string) => string | undefined): TextSource {
  const dictionary = new StringDictionary();
  const ids = new Map<number, number>();
  return {
    dictionary,
    idAt: (batch, row) => {
      const id = key.idAt(batch, row);
      if (id < 0) return -1;
      return remembered(ids, id, () => {
        const text = textOf(key.dictionary.textOf(id));
        return text === undefined ? -1 : dictionary.internText(text);
      });
    },
  };
}

/** A text of which the numbers are those of another dictionary. */
export function textIn(dictionary: StringDictionary, own: TextSource): TextSource {
  const ids: number[] = [];
  return {
    dictionary,
    idAt: (batch, row) => {
      const id = own.idAt(batch, row);
      if (id < 0) return id;
      return (ids[id] ??= dictionary.internText(own.dictionary.textOf(id)));
    },
  };
}

function remembered<Key>(known: Map<Key, number>, key: Key, make: (key: Key) => number): number {
  let id = known.get(key);
  if (id === undefined) {
    id = make(key);
    known.set(key, id);
  }
  return id;
}
