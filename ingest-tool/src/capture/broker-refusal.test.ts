import { describe, expect, it } from 'vitest';
import { EXIT } from '../tool-error';
import { refusalOf, refusalOfCode } from './broker-refusal';

const failure = (code: string | number): Error => Object.assign(new Error('no'), { code });

describe('what a broker refuses', () => {
  it('ends the capture where trying again does not help, of both versions of MQTT', () => {
    for (const code of [4, 134]) {
      const refusal = refusalOfCode(code, 'mqtt://b:1883');
      expect(refusal?.message).toBe('mqtt://b:1883 refuses: user name or password are wrong');
      expect(refusal?.advice).toContain('MQTT_PASSWORD');
      expect(refusal?.exitCode).toBe(EXIT.input);
    }
    expect(refusalOf(failure(158), 'b')?.message).toContain('no shared subscriptions');
  });

  it.each(['SELF_SIGNED_CERT_IN_CHAIN', 'ERR_TLS_CERT_ALTNAME_INVALID', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'EPROTO'])(
    'names --ca for %s',
    (code) => {
      expect(refusalOf(failure(code), 'mqtts://b:8883')?.advice).toContain('--ca');
    },
  );

  it.each(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'ENOTFOUND', 3, 136, 137])(
    'is not %s, which may pass',
    (code) => {
      expect(refusalOf(failure(code), 'b')).toBeUndefined();
    },
  );
});
