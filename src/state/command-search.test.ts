import { expect, it } from 'vitest';
import { searchCommands } from './command-search';

const named = (name: string, about?: string) => ({ id: name, name, about, run: () => undefined });
const commands = [
  named('Export observations'),
  named('Show SQL', 'tab'),
  named('sbe37-3220', 'device, 50 m'),
  named('Share'),
];

it('finds by all words, what begins with the text first', () => {
  const found = (text: string) => searchCommands(commands, text).map(({ name }) => name);
  expect(found('')).toHaveLength(4);
  expect(found('s')).toEqual(['Show SQL', 'sbe37-3220', 'Share', 'Export observations']);
  expect(found('50 device')).toEqual(['sbe37-3220']);
  expect(found('sql')).toEqual(['Show SQL']);
  expect(found('nothing like it')).toEqual([]);
});
