import { expect, it } from 'vitest';
import { nextTurn } from './turns';

it('gives each who asks a task of its own, in their order', async () => {
  const done: string[] = [];
  const turns = ['rail', 'chart', 'map'].map((part) => nextTurn().then(() => void done.push(part)));
  await Promise.resolve();
  expect(done).toEqual([]);
  await turns[0];
  expect(done).toEqual(['rail']);
  await Promise.all(turns);
  expect(done).toEqual(['rail', 'chart', 'map']);
});
