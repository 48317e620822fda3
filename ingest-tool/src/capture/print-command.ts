import { filtersOf, type BrokerSettings } from './broker-connection';

/** What a capture file needs to know of a message, as mosquitto_sub prints it and `tidelake ingest` reads it. */
const FORMAT = '%U %q %r %l %t %x';

/**
 * The mosquitto_sub command that writes a capture of the same messages. The password is left to the shell.
 * @param caFile path of the authorities' certificates
 */
export function subscribeCommand(settings: Omit<BrokerSettings, 'tls'>, caFile: string | undefined): string {
  const { address, topics, group, qos, version, username, password } = settings;
  const words = [
    'mosquitto_sub',
    ...['-h', quoted(address.host), '-p', String(address.port)],
    ...['-V', version === 5 ? 'mqttv5' : 'mqttv311', '-q', String(qos)],
    ...filtersOf(topics, group).flatMap((filter) => ['-t', quoted(filter)]),
    ...(username === undefined ? [] : ['-u', quoted(username)]),
    ...(password === undefined ? [] : ['-P', '"$MQTT_PASSWORD"']),
    ...(address.tls ? (caFile === undefined ? ['--tls-use-os-certs'] : ['--cafile', quoted(caFile)]) : []),
    ...['-F', quoted(FORMAT)],
  ];
  return words.join(' ');
}

/** A word of a POSIX shell. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
