/** What a broker delivered. */
export interface ReceivedMessage {
  topic: string;
  payload: Uint8Array;
  qos: number;
  retain: boolean;
}

/**
 * A message as `mosquitto_sub -F '%U %q %r %l %t %x'` prints it, with the line's end: the format of captures that says of
 * itself whether it is whole.
 * @param receivedMs UTC milliseconds, with fractions
 */
export function messageLine({ topic, payload, qos, retain }: ReceivedMessage, receivedMs: number): Buffer {
  const micros = Math.round(receivedMs * 1000);
  const seconds = Math.floor(micros / 1_000_000);
  const fraction = String(micros - seconds * 1_000_000).padStart(6, '0');
  // A control character in a topic is allowed but asks for trouble; a line break would end the line.
  const name = topic.replaceAll(/[\u0000-\u001f\u007f]/g, '\ufffd');
  const hex = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('hex');
  return Buffer.from(`${seconds}.${fraction}000 ${qos} ${retain ? 1 : 0} ${payload.byteLength} ${name} ${hex}\n`);
}
