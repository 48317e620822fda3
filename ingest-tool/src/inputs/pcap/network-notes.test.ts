import { describe, expect, it } from 'vitest';
import { emptyCaptureReport } from './capture-report';
import { networkNotes } from './network-notes';

describe('networkNotes', () => {
  it('has nothing to say about a capture in which every PUBLISH became a message', () => {
    expect(networkNotes({ ...emptyCaptureReport(), packets: 9, publishes: 3, messages: 3 })).toEqual([]);
  });

  it('says that a capture is encrypted, not that it is empty', () => {
    const encrypted = { flows: 2, bytes: 12_345 };
    const notes = networkNotes({
      ...emptyCaptureReport(),
      encryptedFlows: encrypted,
      encryptedPorts: { '8883': encrypted },
    });
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(/^2 connections encrypted with TLS \(12,345 bytes, port 8883\)/);
  });

  it('says that there is no MQTT where there is none', () => {
    expect(networkNotes({ ...emptyCaptureReport(), packets: 1, flows: 2 })).toEqual([
      'No MQTT message in 1 packet and 2 TCP connections.',
    ]);
  });

  it('says what is missing and how to capture better', () => {
    const notes = networkNotes({
      ...emptyCaptureReport(),
      publishes: 4080,
      messages: 816,
      duplicatesByCopy: 3264,
      gaps: 2,
      bytesLost: 100,
      truncatedAt: 1234,
      unsupportedLinkTypes: { '127': 5 },
    });
    expect(notes).toEqual([
      '4,080 PUBLISH packets on the wire gave 816 messages: 3,264 were copies on their way to subscribers, 0 were sent again (DUP).',
      '5 packets of link type 127 (802.11 with radiotap header) not read; capture on a wired interface or on the broker itself.',
      '100 bytes missing in 2 holes: the capture lost packets; give it a larger buffer (dumpcap -B 64).',
      'The file ends inside a packet, at byte 1,234.',
    ]);
  });
});
