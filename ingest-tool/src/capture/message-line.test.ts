import { describe, expect, it } from 'vitest';
import { messageLine } from './message-line';

describe('a line of a capture', () => {
  const message = { topic: 'sea/ctd 1', payload: Uint8Array.of(0, 10, 255), qos: 1, retain: false };

  it('is what mosquitto_sub prints of a message: time, qos, retain, length, topic, bytes', () => {
    expect(messageLine(message, 1_700_000_000_123.456).toString()).toBe(
      '1700000000.123456000 1 0 3 sea/ctd 1 000aff\n',
    );
    expect(messageLine({ ...message, payload: new Uint8Array(), retain: true }, 0).toString()).toBe(
      '0.000000000 1 1 0 sea/ctd 1 \n',
    );
  });

  it('stays one line whatever the topic is', () => {
    const line = messageLine({ ...message, topic: 'a\nb\u0000c\u007f' }, 0).toString();
    expect(line.split('\n')).toHaveLength(2);
    expect(line).toContain('a\ufffdb\ufffdc\ufffd');
  });

  it('takes the bytes of a view, not of what lies below it', () => {
    const payload = new Uint8Array([1, 2, 3, 4]).subarray(1, 3);
    expect(messageLine({ ...message, payload }, 0).toString()).toContain(' 2 sea/ctd 1 0203\n');
  });
});
