import { describe, expect, it } from 'vitest';
import { RowRoom } from './row-room';

describe('RowRoom', () => {
  it('lets work in while it fits, too much of it only alone, and in order', async () => {
    const room = new RowRoom(10);
    const begun: string[] = [];
    const enter = (name: string, rows: number): Promise<void> => room.enter(rows).then(() => void begun.push(name));
    const all = [enter('a', 6), enter('b', 4), enter('large', 50), enter('c', 1)];
    await Promise.all(all.slice(0, 2));
    expect(begun).toEqual(['a', 'b']);
    room.leave(6);
    await Promise.resolve();
    expect(begun).toEqual(['a', 'b']);
    room.leave(4);
    await all[2];
    expect(begun).toEqual(['a', 'b', 'large']);
    room.leave(50);
    await all[3];
    expect(begun).toEqual(['a', 'b', 'large', 'c']);
  });
});
