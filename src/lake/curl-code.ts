import { nativePlace, type NativeTable } from './native-table';

/** How many files are named where the program is only looked at: the first ones and the last. */
const SHOWN_FILES = 4;

/**
 * A shell command that fetches the files of a query into a folder for each table, which any reader of Parquet then takes as
 * a lake.
 * @param abbreviated leaves most files out, for looking at
 */
export function curlCode(tables: readonly NativeTable[], abbreviated: boolean): string {
  const remote = tables.filter(({ root }) => nativePlace(root).kind !== 'local');
  const files = remote.flatMap(({ name, root, files: keys }) =>
    keys.map((key) => `  --output ${shellText(`${name}/${key}`)} ${shellText(addressOf(root, key))}`),
  );
  if (files.length === 0) return '# Nothing to fetch: the files are on this machine, or none is needed.\n';
  const shown =
    abbreviated && files.length > SHOWN_FILES + 1
      ? [...files.slice(0, SHOWN_FILES - 1), `  # … ${files.length - SHOWN_FILES} more files …`, ...files.slice(-1)]
      : files;
  return [
    `# The ${files.length} ${files.length === 1 ? 'file' : 'files'} of this question, into ${remote.map(({ name }) => `${name}/`).join(', ')}.`,
    '# A private bucket takes signed requests: fetch with “tidelake pull” or “aws s3 cp” there.',
    'curl --fail --globoff --parallel --create-dirs \\',
    `${shown.join(' \\\n')}`,
    '',
  ].join('\n');
}

function addressOf(root: string, key: string): string {
  return (
    root +
    key
      .split('/')
      .map((part) => encodeURIComponent(part).replaceAll('%3D', '='))
      .join('/')
  );
}

function shellText(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
