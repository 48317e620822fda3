import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyCaptureReport, type CaptureReport } from './capture-report';
import { CopyFilter, type WirePublish } from './copy-filter';
import { pcap, readCapture, START_US, texts } from './testing/capture-bytes';
import { connect, publish, subscribe, utf8 } from './testing/mqtt-bytes';
import { BROKER, CLIENT, TestConnection } from './testing/packet-bytes';

const SECOND = 1e6;

class Filter {
  readonly report: CaptureReport = emptyCaptureReport();
  readonly #filter = new CopyFilter(10 * SECOND, 4096, this.report);

  /** @returns whether the message is handed on */
  sees(payload: string, seconds: number, parts: Partial<WirePublish> = {}): boolean {
    const bytes = utf8(payload);
    const whole: WirePublish = {
      topic: { text: 't', hash: 1 },
      bytes,
      start: 0,
      end: bytes.length,
      toBroker: false,
      subscriber: 1,
      connectedUs: Number.NEGATIVE_INFINITY,
      packetId: 0,
      dup: false,
      retain: false,
      timeUs: START_US + seconds * SECOND,
      ...parts,
    };
    return this.#filter.admit(whole);
  }
}

const PUBLISHER = { toBroker: true };

describe('copies of a message', () => {
  it('hands a message on once, published and passed on to any number of subscribers', () => {
    const filter = new Filter();
    expect(filter.sees('a', 0, PUBLISHER)).toBe(true);
    for (let subscriber = 1; subscriber <= 100; subscriber++) expect(filter.sees('a', 0.1, { subscriber })).toBe(false);
    expect(filter.report.duplicatesByCopy).toBe(100);
  });

  it('hands it on once when a copy comes before it, or only copies were captured', () => {
    const before = new Filter();
    expect([before.sees('a', 0), before.sees('a', 0.1, PUBLISHER), before.sees('a', 0.2, { subscriber: 2 })]).toEqual([
      true,
      false,
      false,
    ]);
    const only = new Filter();
    expect([only.sees('a', 0), only.sees('a', 0.1, { subscriber: 2 }), only.sees('a', 0.2, { subscriber: 3 })]).toEqual(
      [true, false, false],
    );
  });

  it('keeps equal messages that were published several times', () => {
    const filter = new Filter();
    const handedOn: boolean[] = [];
    for (let second = 0; second < 5; second++) {
      handedOn.push(filter.sees('28 C', second, PUBLISHER), filter.sees('28 C', second + 0.1));
    }
    expect(handedOn.filter(Boolean)).toHaveLength(5);
  });

  it('keeps equal messages of which only one subscriber was captured, as a reconnecting one', () => {
    const filter = new Filter();
    expect(filter.sees('28 C', 0)).toBe(true);
    expect(filter.sees('28 C', 1)).toBe(true);
    expect(filter.sees('28 C', 2, { subscriber: 2, connectedUs: START_US + 1.5 * SECOND })).toBe(true);
  });

  it('counts what the window separates as another message', () => {
    const filter = new Filter();
    expect(filter.sees('a', 0, PUBLISHER)).toBe(true);
    expect(filter.sees('a', 9)).toBe(false);
    expect(filter.sees('a', 25, { subscriber: 2 })).toBe(true);
  });

  it('leaves a retransmission with the DUP flag out, and keeps one whose first sending was not captured', () => {
    const filter = new Filter();
    expect(filter.sees('a', 0, { ...PUBLISHER, packetId: 7 })).toBe(true);
    expect(filter.sees('a', 5, { ...PUBLISHER, packetId: 7, dup: true })).toBe(false);
    expect(filter.sees('a', 600, { ...PUBLISHER, packetId: 7, dup: true })).toBe(false);
    expect(filter.sees('a', 601, { ...PUBLISHER, packetId: 8, dup: true })).toBe(true);
    expect(filter.sees('b', 602, { ...PUBLISHER, packetId: 9, dup: true })).toBe(true);
    expect(filter.report).toMatchObject({ dupRetransmissions: 4, dupSuppressed: 2 });
    const received = new Filter();
    expect(received.sees('a', 0, { packetId: 3 })).toBe(true);
    expect(received.sees('a', 1, { packetId: 3, dup: true })).toBe(false);
    expect(received.sees('a', 1, { packetId: 4 })).toBe(true);
  });

  it('leaves out what a broker retained for new subscribers, and keeps what it passes on as retained', () => {
    const filter = new Filter();
    expect(filter.sees('a', 0, { ...PUBLISHER, retain: true })).toBe(true);
    expect(filter.sees('a', 3600, { retain: true })).toBe(false);
    expect(filter.sees('a', 3600, { retain: true, subscriber: 2 })).toBe(false);
    expect(filter.sees('b', 3600, { retain: true, subscriber: 2 })).toBe(true);
    const passedOn = new Filter();
    expect(passedOn.sees('a', 0, { retain: true })).toBe(true);
    expect(passedOn.sees('a', 60, { retain: true })).toBe(true);
  });

  it('goes on after a wrong reading of the clock', () => {
    const filter = new Filter();
    filter.sees('x', 1e9, PUBLISHER);
    for (let second = 0; second < 5; second++) {
      expect(filter.sees(`v${second}`, second, PUBLISHER)).toBe(true);
      expect(filter.sees(`v${second}`, second)).toBe(false);
    }
  });

  it('hands on as many equal messages as publishers sent or one subscriber received, whichever is more', () => {
    const sights = fc.array(
      fc.record({ subscriber: fc.integer({ min: 0, max: 3 }), value: fc.integer({ min: 0, max: 1 }) }),
      {
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(sights, (events) => {
        const filter = new Filter();
        const counts = new Map<string, number>();
        let handedOn = 0;
        events.forEach(({ subscriber, value }, index) => {
          const key = `${value}/${subscriber}`;
          counts.set(key, (counts.get(key) ?? 0) + 1);
          if (filter.sees(`${value}`, index * 0.01, { subscriber, toBroker: subscriber === 0 })) handedOn++;
        });
        const wanted = [0, 1].map((value) =>
          Math.max(...[0, 1, 2, 3].map((who) => counts.get(`${value}/${who}`) ?? 0)),
        );
        expect(handedOn).toBe(wanted.reduce((sum, count) => sum + count, 0));
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it('stays quick on a hundred thousand equal messages', () => {
    const filter = new Filter();
    let handedOn = 0;
    for (let index = 0; index < 100_000; index++) {
      if (filter.sees('same', index / 50_000, PUBLISHER)) handedOn++;
      if (filter.sees('same', index / 50_000)) handedOn++;
    }
    expect(handedOn).toBe(100_000);
  });
});

describe('copies in a capture', () => {
  it('are told by who sent and who received them', () => {
    const publisher = new TestConnection();
    const subscribers = [1, 2, 3].map((n) => new TestConnection({ ...CLIENT, port: n }, BROKER));
    const packets = [...publisher.open(), publisher.send('client', connect())];
    for (const subscriber of subscribers) {
      packets.push(
        ...subscriber.open(),
        subscriber.send('client', connect()),
        subscriber.send('client', subscribe('#')),
      );
    }
    for (const payload of ['1', '1', '2']) {
      const bytes = publish({ topic: 't', payload });
      packets.push(publisher.send('client', bytes), ...subscribers.map((each) => each.send('broker', bytes)));
    }
    const { messages, report } = readCapture(pcap(packets));
    expect(texts(messages)).toEqual(['t 1', 't 1', 't 2']);
    expect(messages.every(({ toBroker }) => toBroker)).toBe(true);
    expect(report).toMatchObject({
      publishes: 12,
      publishesToBroker: 3,
      publishesFromBroker: 9,
      messages: 3,
      duplicatesByCopy: 9,
    });
    expect(readCapture(pcap(packets), { copyWindowSeconds: 0 }).messages).toHaveLength(12);
  });

  it('are not seen where subscribers share a subscription', () => {
    const subscribers = [1, 2].map((n) => new TestConnection({ ...CLIENT, port: n }, BROKER));
    const packets = subscribers.flatMap((subscriber) => [
      ...subscriber.open(),
      subscriber.send('client', connect()),
      subscriber.send('client', subscribe('$share/workers/#')),
    ]);
    for (const subscriber of subscribers) {
      packets.push(subscriber.send('broker', publish({ topic: 't', payload: 'same' })));
    }
    expect(texts(readCapture(pcap(packets)).messages)).toEqual(['t same', 't same']);
  });
});
