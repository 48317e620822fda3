import { cellReader } from './cell-text';
import type { ExportBatch, ExportOptions } from './export-options';

/** Writes CSV (RFC 4180, UTF-8, `\n`): NULL is nothing between commas, an empty text is `""`. */
export async function* writeCsv(
  batches: AsyncIterable<ExportBatch>,
  { meanings, about, unitRow, header }: ExportOptions,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let isFirst = true;
  for await (const columns of batches) {
    const lines: string[] = [];
    if (isFirst) {
      if (header) lines.push(...headerLines({ meanings, about }, columns));
      lines.push(columns.map(({ name }) => quoted(name)).join(','));
      if (unitRow) {
        lines.push(
          columns
            .map(({ name, kind }) => quotedOrNothing(meanings[name]?.unit ?? (kind === 'timestamp' ? 'UTC' : '')))
            .join(','),
        );
      }
      isFirst = false;
    }
    const readers = columns.map((column) => {
      const read = cellReader(column);
      return column.kind === 'text' ? (row: number) => quoted(read(row)) : (row: number) => read(row) ?? '';
    });
    const count = columns[0]?.values.length ?? 0;
    for (let row = 0; row < count; row++) lines.push(readers.map((read) => read(row)).join(','));
    yield encoder.encode(`${lines.join('\n')}\n`);
  }
}

function headerLines({ meanings, about }: Pick<ExportOptions, 'meanings' | 'about'>, columns: ExportBatch): string[] {
  const meant = columns.flatMap(({ name }): [string, string][] => {
    const { unit, standardName, longName } = meanings[name] ?? {};
    const facts = [standardName, longName, unit === undefined ? undefined : `units: ${unit}`];
    const said = facts.filter((fact) => fact !== undefined).join('; ');
    return said === '' ? [] : [[name, said]];
  });
  return [...about, ...meant].map(([name, value]) => `# ${name}: ${value.replaceAll(/\s+/g, ' ')}`);
}

function quoted(text: string | undefined): string {
  if (text === undefined) return '';
  return text === '' || /[",\r\n]/.test(text) || text.startsWith('#') ? `"${text.replaceAll('"', '""')}"` : text;
}

function quotedOrNothing(text: string): string {
  return text === '' ? '' : quoted(text);
}
