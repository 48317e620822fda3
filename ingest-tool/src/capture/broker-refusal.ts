import { EXIT, ToolError } from '../tool-error';

const PASSWORD_ADVICE = 'Look at --username and at MQTT_PASSWORD or --password-file.';
const VERSION_ADVICE = 'Try the other protocol version: --mqtt 3.1.1, or --mqtt 5.';
const CLIENT_ADVICE = 'Give a --client-id that the broker allows, another one for each worker.';
const SERVER_ADVICE = 'Give the address of the server that is to be used.';

/** Reason codes of CONNACK and DISCONNECT that trying again does not mend. Below 128 they are of MQTT 3.1.1, above of MQTT 5. */
const REFUSALS: Record<number, [what: string, advice: string]> = {
  1: ['it does not speak this version of MQTT', VERSION_ADVICE],
  2: ['it does not accept the client id', CLIENT_ADVICE],
  4: ['user name or password are wrong', PASSWORD_ADVICE],
  5: ['this user may not connect', PASSWORD_ADVICE],
  132: ['it does not speak this version of MQTT', VERSION_ADVICE],
  133: ['it does not accept the client id', CLIENT_ADVICE],
  134: ['user name or password are wrong', PASSWORD_ADVICE],
  135: ['this user may not do that', PASSWORD_ADVICE],
  138: ['this client is banned', 'Ask who runs the broker.'],
  140: [
    'it wants another way of authentication',
    'Only user name and password, and TLS client certificates, are supported.',
  ],
  142: ['another client connected with the same id', CLIENT_ADVICE],
  156: ['it sends us to another server', SERVER_ADVICE],
  157: ['it has moved', SERVER_ADVICE],
  158: [
    'it has no shared subscriptions',
    'Leave --group away, with one worker a topic, or use a broker that has them.',
  ],
};

const TLS_CODE = /CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO|EPROTO/;

/** An error of the connection that trying again does not mend, in words; undefined for any other. */
export function refusalOf(error: unknown, broker: string): ToolError | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code === 'number') return refusalOfCode(code, broker);
  if (typeof code !== 'string' || !TLS_CODE.test(code)) return undefined;
  return new ToolError(
    EXIT.input,
    `No trusted connection to ${broker}: ${error instanceof Error ? error.message : code}`,
    'Give the certificate of the authority that signed the one of the broker with --ca, and look whether the port speaks TLS.',
    { cause: error },
  );
}

/** A reason code that trying again does not mend, in words; undefined for any other. */
export function refusalOfCode(code: number, broker: string): ToolError | undefined {
  const known = REFUSALS[code];
  return known === undefined ? undefined : new ToolError(EXIT.input, `${broker} refuses: ${known[0]}`, known[1]);
}
