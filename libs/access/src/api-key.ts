import { hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { KeyRole } from '@tickmark/persistence';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SECRET_CHARS = 43;
const CHECKSUM_CHARS = 6;
const PATTERN = /^tmk_(integration|dashboard|auditor|admin)_([0-9A-Za-z]{43})([0-9A-Za-z]{6})$/;

/** `tmk_<kind>_`, 256 random bits, checksum: a scanner finds it, and a mistyped key costs no look-up. */
export function mintApiKey(role: KeyRole): string {
  const secret = base62(BigInt(`0x${randomBytes(32).toString('hex')}`), SECRET_CHARS);
  return `tmk_${role}_${secret}${checksum(`tmk_${role}_${secret}`)}`;
}

/** False for whatever cannot be one of our keys. */
export function isWellFormedKey(key: string): boolean {
  const match = PATTERN.exec(key);
  return match !== null && match[3] === checksum(key.slice(0, -CHECKSUM_CHARS));
}

/** Only this is stored. 256 random bits need no slow hash. */
export const hashOfKey = (key: string): Buffer => hash('sha256', key, 'buffer');

const checksum = (text: string): string => base62(BigInt(crc32(text)), CHECKSUM_CHARS);

function base62(value: bigint, length: number): string {
  let rest = value;
  let text = '';
  for (let index = 0; index < length; index += 1) {
    text = `${ALPHABET.charAt(Number(rest % 62n))}${text}`;
    rest /= 62n;
  }
  return text;
}
