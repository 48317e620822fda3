import { describe, expect, it } from 'vitest';
import { ToolError } from '../tool-error';
import { formatBrokerAddress, parseBrokerAddress } from './broker-address';

describe('the address of a broker', () => {
  it('has the port that is usual for it, with and without TLS', () => {
    expect(parseBrokerAddress('mqtt://sea.example')).toEqual({ host: 'sea.example', port: 1883, tls: false });
    expect(parseBrokerAddress('mqtts://sea.example')).toEqual({ host: 'sea.example', port: 8883, tls: true });
    expect(parseBrokerAddress('mqtts://127.0.0.1:9000/')).toEqual({ host: '127.0.0.1', port: 9000, tls: true });
  });

  it('is written as it was read, IPv6 too', () => {
    for (const text of ['mqtt://sea.example:1883', 'mqtts://[::1]:8883']) {
      expect(formatBrokerAddress(parseBrokerAddress(text))).toBe(text);
    }
  });

  it.each(['sea.example', 'http://sea.example', 'mqtt://', 'ws://sea.example:9001', ''])('is not %j', (text) => {
    expect(() => parseBrokerAddress(text)).toThrow(ToolError);
  });

  it('is refused with a password in it, which is not repeated', () => {
    expect(() => parseBrokerAddress('mqtt://me:secret@sea.example')).toThrow(/A user name or password/);
    expect(() => parseBrokerAddress('mqtt://me:secret@sea.example')).not.toThrow(/secret@/);
  });
});
