import { expect, it } from 'vitest';
import { topicShape } from './topic-shape';

it.each([
  ['json', ['a/n1/s', 'a/n2/s'], 'a/{device}/s'],
  ['json', ['x/n1/s', 'y/n2/s', 'y/n3/s'], '{site}/{device}/s'],
  ['json', ['a/b'], 'a/b'],
  ['json', ['a/#b'], 'a/+'],
  ['number', ['pico/temperature/dht22'], '{device}/{metric}/{sensor}'],
  ['number', ['home/kitchen/temp', 'home/attic/hum'], 'home/{device}/{metric}'],
  ['number', ['n1/sensor/temp', 'n2/sensor/temp'], '{device}/sensor/{metric}'],
  ['number', ['temperature/kitchen', 'temperature/attic'], '{metric}/{device}'],
  ['number', ['temper'], '{metric}'],
  ['number', ['site/7/foo'], 'site/{device}/{metric}'],
  ['protobuf', [''], '#'],
] as const)('%s of %j has the pattern %s', (kind, topics, pattern) => {
  expect(topicShape(topics, kind)).toBe(pattern);
});
