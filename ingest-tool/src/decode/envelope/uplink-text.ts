import { DecodeError } from '../reading';

/** The bytes of a Base64 text. @throws DecodeError where it is none */
export function base64Bytes(text: string): Uint8Array {
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(text)) throw new DecodeError(`"${text.slice(0, 40)}" is not Base64`);
  return new Uint8Array(Buffer.from(text, 'base64'));
}

/** The bytes of a hexadecimal text. @throws DecodeError where it is none */
export function hexBytes(text: string): Uint8Array {
  if (!/^([0-9a-f]{2})*$/i.test(text)) throw new DecodeError(`"${text.slice(0, 40)}" is not hexadecimal`);
  return new Uint8Array(Buffer.from(text, 'hex'));
}

/** A DevEUI as 16 upper-case digits, from hexadecimal or (ChirpStack 3) Base64. @throws DecodeError for anything else */
export function deviceEuiOf(text: string): string {
  const plain = text.replaceAll(/[-:]/g, '');
  if (/^[0-9a-f]{16}$/i.test(plain)) return plain.toUpperCase();
  const bytes = base64Bytes(text);
  if (bytes.length !== 8) throw new DecodeError(`"${text}" is not a DevEUI`);
  return Buffer.from(bytes).toString('hex').toUpperCase();
}
