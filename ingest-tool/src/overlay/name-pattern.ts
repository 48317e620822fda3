/** Whether a name is one of some patterns, in which `*` stands for any letters and `?` for any one. */
export function namePattern(patterns: readonly string[]): (name: string) => boolean {
  const forms = patterns.map((pattern) => {
    const escaped = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*+/g, '.*')
      .replaceAll('?', '.');
    return new RegExp(`^${escaped}$`, 'su');
  });
  return (name) => forms.some((form) => form.test(name));
}
