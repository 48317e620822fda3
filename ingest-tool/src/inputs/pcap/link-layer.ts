import { uint16, uint32 } from './byte-order';

const LINKTYPE_NULL = 0;
const LINKTYPE_ETHERNET = 1;
const LINKTYPE_PPP = 9;
const LINKTYPE_LOOP = 108;
const LINKTYPE_LINUX_SLL = 113;
const LINKTYPE_LINUX_SLL2 = 276;
/** Raw IP: the registry's number, the two that BSDs write, and the ones for IPv4 and IPv6 alone. */
const RAW_IP_LINKTYPES = new Set([101, 12, 14, 228, 229]);

const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_IPV6 = 0x86dd;
const ETHERTYPE_PPPOE = 0x8864;
/** 802.1Q, 802.1ad, and the numbers used for stacked tags before there was 802.1ad. */
const VLAN_ETHERTYPES = new Set([0x8100, 0x88a8, 0x9100, 0x9200]);
const PPP_IPV4 = 0x0021;
const PPP_IPV6 = 0x0057;
const LONGEST_ETHERNET_LENGTH = 1500;

/** Address families of IPv4 and IPv6 on the systems that write NULL captures: BSDs, macOS, Linux, Windows. */
const ADDRESS_FAMILIES = new Set([2, 10, 23, 24, 28, 30]);

/** The packet carries something other than IP. */
export const NOT_IP = -1;
/** The link type is not read. */
export const UNSUPPORTED_LINK = -2;

/**
 * Where the IP header of a captured packet starts.
 * @param linkType LINKTYPE_ number of https://www.tcpdump.org/linktypes.html
 * @returns a position in `bytes`, {@link NOT_IP} or {@link UNSUPPORTED_LINK}
 */
export function ipStart(linkType: number, bytes: Uint8Array, start: number, end: number): number {
  if (linkType === LINKTYPE_ETHERNET) return afterEtherType(bytes, start + 12, start + 14, end);
  if (RAW_IP_LINKTYPES.has(linkType)) return start;
  if (linkType === LINKTYPE_LINUX_SLL) return afterEtherType(bytes, start + 14, start + 16, end);
  if (linkType === LINKTYPE_LINUX_SLL2) return afterEtherType(bytes, start, start + 20, end);
  if (linkType === LINKTYPE_NULL || linkType === LINKTYPE_LOOP) return afterFamily(bytes, start, end);
  if (linkType === LINKTYPE_PPP) return afterPpp(bytes, start, end);
  return UNSUPPORTED_LINK;
}

/** @param typeAt where the EtherType is; @param next what follows the header it stands in */
function afterEtherType(bytes: Uint8Array, typeAt: number, next: number, end: number): number {
  let type = uint16(bytes, typeAt);
  let at = next;
  while (VLAN_ETHERTYPES.has(type) && at + 4 <= end) {
    type = uint16(bytes, at + 2);
    at += 4;
  }
  if (type === ETHERTYPE_IPV4 || type === ETHERTYPE_IPV6) return at < end ? at : NOT_IP;
  if (type === ETHERTYPE_PPPOE) return afterPpp(bytes, at + 6, end);
  // An 802.3 length, then LLC with SNAP, then an EtherType.
  const snap = type <= LONGEST_ETHERNET_LENGTH && uint32(bytes, at) === 0xaaaa0300;
  return snap ? afterEtherType(bytes, at + 6, at + 8, end) : NOT_IP;
}

function afterFamily(bytes: Uint8Array, start: number, end: number): number {
  const big = uint32(bytes, start);
  // Written in the byte order of the capturing machine, which is not always the one of the file.
  const family = big > 0xffff ? ((big >>> 24) | ((big >>> 8) & 0xff00)) >>> 0 : big;
  return ADDRESS_FAMILIES.has(family) && start + 4 < end ? start + 4 : NOT_IP;
}

function afterPpp(bytes: Uint8Array, start: number, end: number): number {
  const at = uint16(bytes, start) === 0xff03 ? start + 2 : start;
  const protocol = uint16(bytes, at);
  return (protocol === PPP_IPV4 || protocol === PPP_IPV6) && at + 2 < end ? at + 2 : NOT_IP;
}
