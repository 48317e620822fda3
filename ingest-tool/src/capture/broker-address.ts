import { EXIT, ToolError } from '../tool-error';

/** Where a broker listens. */
export interface BrokerAddress {
  host: string;
  port: number;
  tls: boolean;
}

const PORTS: Record<string, number> = { 'mqtt:': 1883, 'mqtts:': 8883 };

/**
 * Reads `mqtt://host[:port]` or `mqtts://host[:port]`.
 * @throws ToolError for anything else, and for a password in it, which every user of the machine could see
 */
export function parseBrokerAddress(text: string): BrokerAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const port = url === undefined ? undefined : PORTS[url.protocol];
  if (url === undefined || port === undefined || url.hostname === '') {
    throw new ToolError(
      EXIT.usage,
      'The broker is not given as mqtt://host[:port] or mqtts://host[:port]',
      'Write for example mqtt://broker.example.org, or mqtts://broker.example.org:8883 for TLS.',
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new ToolError(
      EXIT.usage,
      'A user name or password in the address can be read by everyone who lists processes',
      'Give --username, and the password in the environment as MQTT_PASSWORD or in a file with --password-file.',
    );
  }
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? port : Number(url.port),
    tls: url.protocol === 'mqtts:',
  };
}

/** The address as a person writes it. */
export function formatBrokerAddress({ host, port, tls }: BrokerAddress): string {
  return `${tls ? 'mqtts' : 'mqtt'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
