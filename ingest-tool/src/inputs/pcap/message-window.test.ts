import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MessageWindow, NO_MESSAGE } from './message-window';
import { NOT_RECEIVED } from './receipts';

const BYTES = Uint8Array.from({ length: 3_000_000 }, (_, index) => (index * 31 + (index >> 8)) & 255);

describe('the window of messages', () => {
  it('knows every message by its bytes until its room is needed', () => {
    const window = new MessageWindow(4096);
    for (let index = 0; index < 30_000; index++) {
      const added = window.add(index & 255, 't', BYTES, index, index + 200, index);
      expect(added).toBe(index);
      if (index % 97 !== 0) continue;
      for (const age of [0, 1, 100, 4000]) {
        const message = index - age;
        if (message < window.first) continue;
        if (!window.equals(message, message & 255, 't', BYTES, message, message + 200))
          expect.fail(`${message} is lost`);
        expect(window.equals(message, message & 255, 't', BYTES, message + 1, message + 201)).toBe(false);
      }
    }
    expect(window.size).toBe(4096);
  });

  it('keeps payloads of any size apart, whatever sizes came before', () => {
    const payload = fc.record({
      start: fc.nat(1000),
      length: fc.oneof(fc.nat(300), fc.nat(200_000), fc.constant(1_500_000)),
    });
    fc.assert(
      fc.property(fc.array(payload, { maxLength: 120 }), (payloads) => {
        const window = new MessageWindow(4096);
        payloads.forEach(({ start, length }, message) => {
          window.add(7, 't', BYTES, start, start + length, message);
          for (let at = window.first; at <= message; at++) {
            const own = payloads[at] ?? { start: 0, length: 0 };
            if (!window.equals(at, 7, 't', BYTES, own.start, own.start + own.length)) expect.fail(`${at} is lost`);
          }
        });
      }),
      { numRuns: 15, seed: 3 },
    );
  });

  it('walks from the newest message with a key to the oldest', () => {
    const window = new MessageWindow(4096);
    const numbers = [1, 2, 1, 1, 2].map((key, index) => window.add(key, 't', BYTES, 0, 4, index));
    const seen: number[] = [];
    for (let at = window.newest(1); at !== NO_MESSAGE; at = window.older(at)) seen.push(at);
    expect(seen).toEqual([numbers[3], numbers[2], numbers[0]]);
    window.forgetOldest();
    expect(window.older(2)).toBe(NO_MESSAGE);
  });

  it('notes any number of receivers, and forgets them with the message', () => {
    const window = new MessageWindow(4096);
    const message = window.add(1, 't', BYTES, 0, 4, 0);
    for (let subscriber = 0; subscriber < 1000; subscriber++) window.receive(message, subscriber, subscriber + 5);
    for (let subscriber = 0; subscriber < 1000; subscriber++) {
      expect(window.received(message, subscriber)).toBe(subscriber + 5);
    }
    expect(window.received(message, 1000)).toBe(NOT_RECEIVED);
    expect(window.received(window.add(1, 't', BYTES, 0, 4, 0), 3)).toBe(NOT_RECEIVED);
  });
});
