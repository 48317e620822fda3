/** What a person types to run the tool: with npx where they came by it. */
export const TOOL = /\btidelake\b/.test(process.env['npm_lifecycle_script'] ?? '') ? 'npx tidelake' : 'tidelake';

/** A word of a POSIX shell. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
