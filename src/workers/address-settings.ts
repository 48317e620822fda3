/**
 * An address with the region or endpoint that a lake of the same bucket was opened with, where it names none itself.
 * @param opened addresses of lakes that are open, as they were given
 */
export function withSettingsOf(opened: Iterable<string>, address: string): string {
  if (!address.startsWith('s3://') || address.includes('?')) return address;
  const bucket = /^s3:\/\/[^/?]*/.exec(address)?.[0] ?? '';
  for (const other of opened) {
    const [folder = '', settings] = other.trim().split('?', 2);
    if (settings !== undefined && `${folder}/`.startsWith(`${bucket}/`)) return `${address}?${settings}`;
  }
  return address;
}
