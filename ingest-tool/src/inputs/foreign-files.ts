import { extname } from 'node:path';
import { EXIT, ToolError } from '../tool-error';

const EXPORT_AS_TEXT = 'Export it as text (CSV) with the maker’s own program, and give that.';

/** Files that start with certain bytes and are not read: what they are, and what to do. */
const BY_CONTENT: [magic: string | number[], what: string, advice: string][] = [
  ['PAR1', 'a Parquet file', 'Parquet is what a lake is made of: open its folder in the page, or read it with DuckDB.'],
  [
    [0x50, 0x4b, 0x03, 0x04],
    'a zip archive or an Excel workbook',
    'Unpack it, or save the sheet as CSV, and give what is inside.',
  ],
  [[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1], 'an Excel workbook of the old kind', 'Save the sheet as CSV.'],
  [
    'SQLite format 3\0',
    'an SQLite database, such as an RBR logger’s .rsk',
    'Export it as text with RBR Ruskin, or with sqlite3 -csv.',
  ],
  [
    [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a],
    'an HDF5 or NetCDF-4 file',
    'Write the variables you need to CSV, for instance with ncdump or xarray.',
  ],
  ['CDF\u0001', 'a NetCDF file', 'Write the variables you need to CSV, for instance with ncdump or xarray.'],
  ['CDF\u0002', 'a NetCDF file', 'Write the variables you need to CSV, for instance with ncdump or xarray.'],
  ['MATLAB 5.0', 'a MATLAB file', 'Write the variables you need to CSV with writetable.'],
  [[0x7f, 0x7f], 'an ensemble file of a Teledyne RDI current profiler', EXPORT_AS_TEXT],
  // With the record's size, since two bytes alone may be the length of a message.
  [[0xa5, 0x05, 0x18, 0x00], 'a raw file of a Nortek instrument', EXPORT_AS_TEXT],
  ['BZh', 'a bzip2 file', 'Unpack it, or compress it with gzip or zstd.'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], 'an xz file', 'Unpack it, or compress it with gzip or zstd.'],
];

/** Formats of makers that have no mark of their own and that nobody else documents, by the ending of the name. */
const BY_NAME: Record<string, [what: string, advice: string]> = {
  '.rwd': [
    'a raw file of an NRG Symphonie logger',
    'Convert it to text with NRG’s Symphonie Data Retriever, or its cloud service.',
  ],
  '.rld': [
    'a raw file of an NRG SymphoniePRO or LOGR logger',
    'Export it as text with NRG’s SymphoniePRO Desktop, or its cloud service.',
  ],
  '.hobo': ['a raw file of an Onset HOBO logger', 'Export it as CSV with HOBOware.'],
  '.dtf': ['a raw file of an Onset HOBO logger', 'Export it as CSV with HOBOware.'],
  '.ad2cp': ['a raw file of a Nortek instrument', EXPORT_AS_TEXT],
  '.wad': ['a raw file of a Nortek instrument', EXPORT_AS_TEXT],
  '.s4b': ['a raw file of an InterOcean S4 current meter', EXPORT_AS_TEXT],
};

/** Texts that are known by their beginning and hold no measurements, or none that can be read without more. */
const BY_TEXT: [matches: (text: string) => boolean, what: string, advice: string][] = [
  [
    (text) => text.startsWith('* Sea-Bird') && text.includes('*END*') && !text.includes('# name 0 ='),
    'a raw Sea-Bird .hex file',
    'Convert it with Sea-Bird’s Data Conversion and the instrument’s .xmlcon into .cnv (ASCII), and give that.',
  ],
  [
    (text) => /^[ \t]*BeginProg[ \t]*\r?$/im.test(text),
    'a Campbell Scientific CRBasic program, not its data',
    'Give the tables the logger wrote: TOA5, TOB1 or TOB3.',
  ],
];

/**
 * Refuses files that are known and cannot be read, by name.
 * @param head the first bytes, after decompression
 * @throws ToolError saying what the file is, and what to do
 */
export function refuseForeignFile(head: Uint8Array, path: string): void {
  const latin1 = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1');
  const isText = !/[\u0000-\u0008\u000e-\u001a]/.test(latin1);
  const byContent = BY_CONTENT.find(([magic]) =>
    typeof magic === 'string' ? latin1.startsWith(magic) : magic.every((byte, index) => head[index] === byte),
  );
  if (byContent !== undefined) throw refusal(path, byContent[1], byContent[2]);
  const byName = isText ? undefined : BY_NAME[extname(path).toLowerCase()];
  if (byName !== undefined) throw refusal(path, ...byName);
  const byText = isText ? BY_TEXT.find(([matches]) => matches(latin1)) : undefined;
  if (byText !== undefined) throw refusal(path, byText[1], byText[2]);
}

function refusal(path: string, what: string, advice: string): ToolError {
  return new ToolError(EXIT.input, `${path} is ${what}, which is not read`, advice);
}
