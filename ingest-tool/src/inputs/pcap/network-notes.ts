import type { CaptureReport } from './capture-report';

/** Names of link types that field engineers meet and that carry no readable IP. */
const LINK_TYPES: Record<string, string> = {
  '105': '802.11',
  '119': '802.11 with Prism header',
  '127': '802.11 with radiotap header',
  '147': 'a private format',
  '187': 'Bluetooth',
  '189': 'USB',
  '195': '802.15.4',
  '220': 'USB',
  '230': '802.15.4',
  '249': 'USB',
  '283': '802.15.4',
};

/**
 * What a person should know about a network capture beyond its messages, one sentence a note: what could not be read
 * and why, what is missing, and what to do about it. Empty where there is nothing to say.
 */
export function networkNotes(report: CaptureReport): string[] {
  return [
    report.messages < report.publishes - report.publishesTruncated
      ? `${many(report.publishes, 'PUBLISH packet')} on the wire gave ${many(report.messages, 'message')}: ` +
        `${grouped(report.duplicatesByCopy)} were copies on their way to subscribers, ${grouped(report.dupSuppressed)} were sent again (DUP).`
      : '',
    encryptedNote(report),
    report.compressedFlows > 0
      ? `${many(report.compressedFlows, 'WebSocket connection')} compressed, which is not read; switch permessage-deflate off in the client.`
      : '',
    ...Object.entries(report.unsupportedLinkTypes).map(
      ([linkType, packets]) =>
        `${many(packets, 'packet')} of link type ${linkType}${named(linkType)} not read; capture on a wired interface or on the broker itself.`,
    ),
    report.snappedPackets > 0
      ? `${many(report.snappedPackets, 'packet')} cut by the snapshot length; capture with tcpdump -s 0.`
      : '',
    report.gaps > 0 && report.snappedPackets === 0
      ? `${many(report.bytesLost, 'byte')} missing in ${many(report.gaps, 'hole')}: the capture lost packets; give it a larger buffer (dumpcap -B 64).`
      : '',
    report.ipFragmentsLost > 0 ? `${many(report.ipFragmentsLost, 'IP fragment')} without the rest of the packet.` : '',
    report.unresolvedAliases > 0
      ? `${many(report.unresolvedAliases, 'message')} named by a topic alias agreed before the capture began, so the topic is unknown.`
      : '',
    report.aliasesAfterGap > 0
      ? `${many(report.aliasesAfterGap, 'message')} named by a topic alias agreed before packets were lost; the topic may have changed in between.`
      : '',
    report.versionsGuessed > 0
      ? `${many(report.versionsGuessed, 'connection')} began before the capture; whether it speaks MQTT 5 or 3.1.1 was told from its messages.`
      : '',
    report.damagedRecords > 0
      ? `${many(report.damagedRecords, 'damaged packet record')} stepped over (${many(report.damagedBytes, 'byte')}).`
      : '',
    report.truncatedAt === null ? '' : `The file ends inside a packet, at byte ${grouped(report.truncatedAt)}.`,
    report.publishes === 0 && report.encryptedFlows.flows === 0 ? nothingNote(report) : '',
  ].filter((note) => note !== '');
}

function encryptedNote({ encryptedFlows, encryptedPorts }: CaptureReport): string {
  if (encryptedFlows.flows === 0) return '';
  const ports = Object.keys(encryptedPorts).slice(0, 5).join(', ');
  return (
    `${many(encryptedFlows.flows, 'connection')} encrypted with TLS (${many(encryptedFlows.bytes, 'byte')}, port ${ports}): ` +
    'what is in there cannot be read; subscribe with mosquitto_sub instead, or capture behind the TLS proxy.'
  );
}

function nothingNote({ flows, packets }: CaptureReport): string {
  return `No MQTT message in ${many(packets, 'packet')} and ${many(flows, 'TCP connection')}.`;
}

function named(linkType: string): string {
  const name = LINK_TYPES[linkType];
  return name === undefined ? '' : ` (${name})`;
}

function many(value: number, noun: string): string {
  return `${grouped(value)} ${noun}${value === 1 ? '' : 's'}`;
}

function grouped(value: number): string {
  return value.toLocaleString('en-US');
}
