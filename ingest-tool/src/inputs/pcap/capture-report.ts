/** Traffic that cannot be read, counted. */
export interface TrafficCount {
  flows: number;
  bytes: number;
}

/** What a network capture held, for the summary a person reads. All sizes are in bytes. */
export interface CaptureReport {
  /** pcap, pcapng or netxray; null until the first bytes have been seen. */
  format: string | null;
  fileBytes: number;
  packets: number;
  /** Offset of the packet the file ends within, or null where it ends cleanly. */
  truncatedAt: number | null;
  /** Damaged records stepped over. */
  damagedRecords: number;
  damagedBytes: number;
  /** Packets the snapshot length cut, so that part of their content is missing. */
  snappedPackets: number;
  /** Packets of a link type that is not read, by LINKTYPE_ number. */
  unsupportedLinkTypes: Record<string, number>;
  /** Packets without TCP: ARP, UDP, ICMP and the like. */
  otherPackets: number;
  /** Fragments of TCP packets seen, and those whose packet never became whole. */
  ipFragments: number;
  ipFragmentsLost: number;
  /** TCP connections. */
  flows: number;
  mqttFlows: number;
  webSocketFlows: number;
  /** Connections with data in which no MQTT was found. */
  otherFlows: TrafficCount;
  /** TLS: there may be MQTT inside, but not for us. */
  encryptedFlows: TrafficCount;
  /** TLS by the server's port. */
  encryptedPorts: Record<string, TrafficCount>;
  /** WebSocket connections whose content is compressed, which is not read. */
  compressedFlows: number;
  /** Connections forgotten early because too many were open at once. */
  evictedFlows: number;
  tcpReorderedSegments: number;
  tcpRetransmittedBytes: number;
  /** Holes in the byte streams: lost by the capture or cut by its snapshot length. */
  gaps: number;
  bytesLost: number;
  /** Times a reader had to look for the next MQTT packet, and the bytes it passed over. */
  resynchronisations: number;
  bytesOutOfSync: number;
  /** MQTT control packets by name. */
  mqttPackets: Record<string, number>;
  /** CONNECT packets by protocol version: 3 is MQTT 3.1, 4 is 3.1.1, 5 is 5. */
  connects: Record<string, number>;
  /** Connections without CONNECT whose protocol version was told from their PUBLISH packets. */
  versionsGuessed: number;
  /** PUBLISH packets, copies and retransmissions included. */
  publishes: number;
  publishesToBroker: number;
  publishesFromBroker: number;
  /** Payload bytes of all of them. */
  publishPayloadBytes: number;
  /** PUBLISH packets that are not whole in the capture. */
  publishesTruncated: number;
  /** Packets that break the protocol. */
  malformedPackets: number;
  /** PUBLISH packets longer than the limit, or given up for lack of memory. */
  oversizedPackets: number;
  /** PUBLISH packets that name their topic by an alias agreed before the capture began. */
  unresolvedAliases: number;
  /** PUBLISH packets read by an alias that may have been agreed anew in a hole. */
  aliasesAfterGap: number;
  /** Messages handed on. */
  messages: number;
  /** PUBLISH packets left out because the same message was handed on already. */
  duplicatesByCopy: number;
  /** PUBLISH packets with the DUP flag, and those of them left out. */
  dupRetransmissions: number;
  dupSuppressed: number;
}

/** A report in which nothing has been seen yet. */
export function emptyCaptureReport(): CaptureReport {
  return {
    format: null,
    fileBytes: 0,
    packets: 0,
    truncatedAt: null,
    damagedRecords: 0,
    damagedBytes: 0,
    snappedPackets: 0,
    unsupportedLinkTypes: {},
    otherPackets: 0,
    ipFragments: 0,
    ipFragmentsLost: 0,
    flows: 0,
    mqttFlows: 0,
    webSocketFlows: 0,
    otherFlows: { flows: 0, bytes: 0 },
    encryptedFlows: { flows: 0, bytes: 0 },
    encryptedPorts: {},
    compressedFlows: 0,
    evictedFlows: 0,
    tcpReorderedSegments: 0,
    tcpRetransmittedBytes: 0,
    gaps: 0,
    bytesLost: 0,
    resynchronisations: 0,
    bytesOutOfSync: 0,
    mqttPackets: {},
    connects: {},
    versionsGuessed: 0,
    publishes: 0,
    publishesToBroker: 0,
    publishesFromBroker: 0,
    publishPayloadBytes: 0,
    publishesTruncated: 0,
    malformedPackets: 0,
    oversizedPackets: 0,
    unresolvedAliases: 0,
    aliasesAfterGap: 0,
    messages: 0,
    duplicatesByCopy: 0,
    dupRetransmissions: 0,
    dupSuppressed: 0,
  };
}

/** Adds one to a named count. */
export function countIn(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
