import type { StringDictionary } from '../decode/string-dictionary';

/** The texts of a column on their way to another thread: UTF-8, one after the other, numbered from 0. */
export interface PackedTexts {
  bytes: Uint8Array<ArrayBuffer>;
  /** Where each text ends in `bytes`. */
  ends: Uint32Array<ArrayBuffer>;
}

/** Takes the texts out of a dictionary that a column uses, and gives its values their numbers among these alone. */
export function packTexts(ids: Int32Array, dictionary: StringDictionary): PackedTexts {
  const used: number[] = [];
  renumber(ids, (id) => used.push(id) - 1);
  const ends = new Uint32Array(used.length);
  let size = 0;
  used.forEach((id, place) => (ends[place] = size += dictionary.lengthOf(id)));
  const bytes = new Uint8Array(size);
  used.forEach((id, place) => bytes.set(dictionary.bytesOf(id), (ends[place] ?? 0) - dictionary.lengthOf(id)));
  return { bytes, ends };
}

/** Puts the texts of {@link packTexts} into a dictionary, and gives the values their numbers there. */
export function unpackTexts(ids: Int32Array, { bytes, ends }: PackedTexts, dictionary: StringDictionary): void {
  renumber(ids, (place) => dictionary.intern(bytes, ends[place - 1] ?? 0, ends[place] ?? 0));
}

/** Replaces each number by another, which is asked for once; -1 stays. */
function renumber(ids: Int32Array, numberOf: (id: number) => number): void {
  const known = new Map<number, number>();
  let [last, lastNumber] = [-1, -1];
  for (let row = 0; row < ids.length; row++) {
    const id = ids[row] ?? -1;
    if (id !== last) {
      last = id;
      lastNumber = id < 0 ? -1 : (known.get(id) ?? numberOf(id));
      if (id >= 0) known.set(id, lastNumber);
    }
    ids[row] = lastNumber;
  }
}
