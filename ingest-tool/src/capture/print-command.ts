import { shellWord } from '../shell-word';
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
    ...['-h', shellWord(address.host), '-p', String(address.port)],
    ...['-V', version === 5 ? 'mqttv5' : 'mqttv311', '-q', String(qos)],
    ...filtersOf(topics, group).flatMap((filter) => ['-t', shellWord(filter)]),
    ...(username === undefined ? [] : ['-u', shellWord(username)]),
    ...(password === undefined ? [] : ['-P', '"$MQTT_PASSWORD"']),
    ...(address.tls ? (caFile === undefined ? ['--tls-use-os-certs'] : ['--cafile', shellWord(caFile)]) : []),
    ...['-F', shellWord(FORMAT)],
  ];
  return words.join(' ');
}
