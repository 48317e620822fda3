import { describe, expect, it } from 'vitest';
import { topicPattern, TopicPatternError } from './topic-pattern';

describe('topic patterns', () => {
  it.each([
    ['#', 'a/b', true],
    ['#', '$SYS/uptime', false],
    ['+/uptime', '$SYS/uptime', false],
    ['$SYS/#', '$SYS/uptime', true],
    ['a/#', 'a', true],
    ['a/#', 'ab', false],
    ['a/+/c', 'a/b/c', true],
    ['a/+/c', 'a//c', true],
    ['a/+/c', 'a/b/c/d', false],
    ['a/{device}', 'a/mast 7', true],
    ['a/b', 'a/b/', false],
    ['A/b', 'a/b', false],
  ])('%s on %s: %s', (pattern, topic, expected) => {
    expect(topicPattern(pattern).matches(topic)).toBe(expected);
  });

  it('says at which levels names stand', () => {
    expect([...topicPattern('site/+/{device}/{metric}').captures]).toEqual([
      ['device', 2],
      ['metric', 3],
    ]);
  });

  it.each(['a/#/b', 'a+/b', '{a}/{a}', 'x{a}', '{}', '{1a}', '#a'])('refuses %s', (pattern) => {
    expect(() => topicPattern(pattern)).toThrow(TopicPatternError);
  });
});
