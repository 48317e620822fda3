import { describe, expect, it } from 'vitest';
import { subscribeCommand } from './print-command';

const broker = {
  address: { host: 'sea.example', port: 8883, tls: true },
  topics: ["it's/#", 'sea/+'],
  group: undefined,
  qos: 1,
  clientId: '',
  version: 5,
  username: undefined,
  password: undefined,
} as const;

describe('the command that captures the same', () => {
  it('quotes what a shell would read, and leaves the password to the environment', () => {
    const settings = { ...broker, topics: [...broker.topics], group: 'lakes', username: 'a b', password: 'secret' };
    const command = subscribeCommand(settings, '/my ca.pem');
    expect(command).toBe(
      `mosquitto_sub -h sea.example -p 8883 -V mqttv5 -q 1 -t '$share/lakes/it'\\''s/#' -t '$share/lakes/sea/+' -u 'a b' -P "$MQTT_PASSWORD" --cafile '/my ca.pem' -F '%U %q %r %l %t %x'`,
    );
  });

  it('trusts the system where no authority is named, and says nothing of TLS without it', () => {
    const settings = { ...broker, topics: ['t'] };
    expect(subscribeCommand(settings, undefined)).toContain('--tls-use-os-certs');
    const plain = { ...settings, version: 4, address: { ...broker.address, tls: false } } as const;
    expect(subscribeCommand({ ...plain, topics: ['t'] }, undefined)).toMatch(/ -V mqttv311 (?!.*(?:tls|cafile))/);
  });
});
