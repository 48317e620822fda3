/** One end of a connection, as text: `10.0.1.4:1883` or `[fe80::1]:1883`. */
export interface Endpoint {
  readonly text: string;
  readonly port: number;
}

/**
 * Names an address and a port.
 * @param address 4 or 16 bytes
 */
export function endpointOf(address: Uint8Array, port: number): Endpoint {
  const text = address.length === 4 ? `${address.join('.')}:${port}` : `[${ipv6Text(address)}]:${port}`;
  return { text, port };
}

/** The canonical text of an IPv6 address (RFC 5952): lower case, the longest run of zeros shortened. */
function ipv6Text(address: Uint8Array): string {
  const groups: number[] = [];
  for (let at = 0; at < address.length; at += 2) groups.push(((address[at] ?? 0) << 8) | (address[at + 1] ?? 0));
  let best = -1;
  let bestLength = 1;
  for (let from = 0; from < groups.length; from++) {
    let length = 0;
    while (groups[from + length] === 0) length++;
    if (length > bestLength) [best, bestLength] = [from, length];
  }
  const hex = (part: number[]): string => part.map((group) => group.toString(16)).join(':');
  return best < 0 ? hex(groups) : `${hex(groups.slice(0, best))}::${hex(groups.slice(best + bestLength))}`;
}
