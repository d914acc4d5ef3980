import type { Json } from '@tickmark/contracts';
import { anySecret, hmac, refused, sameBytes, sameText, VERIFIED } from '../authentication.js';
import type { AuthenticationKind, SignedRequest, Verification } from '../format.js';
import { readJson } from '../reading/json.js';
import { isObject } from '../reading/records.js';

/**
 * Classic notifications carry a signature in each item, over eight of its fields; those of the platform one in a header,
 * over the body. Neither signs a time: a replay has the same id and changes nothing.
 */
export const ADYEN_SIGNATURE: AuthenticationKind = {
  kind: 'adyen',
  title: 'Adyen HMAC key, hexadecimal (hmacSignature in each item, or the header HmacSignature)',
  verify({ headers, rawBody }: SignedRequest, secrets: readonly string[]): Verification {
    const header = headers.hmacsignature;
    const matches = anySecret(secrets, (secret) => {
      const key = keyOf(secret);
      if (key === undefined) return false;
      return header === undefined ? everyItem(rawBody, key) : sameText(hmac('sha256', key, [rawBody]), Buffer.from(header, 'base64'));
    });
    return matches ? VERIFIED : refused('the signature does not fit; compare the key here with the HMAC key at Adyen, and switch the signature on for this webhook');
  },
};

const keyOf = (secret: string): Buffer | undefined => (/^(?:[0-9A-Fa-f]{2})+$/.test(secret) ? Buffer.from(secret, 'hex') : undefined);

/** One item that is not signed makes the whole delivery unsigned. */
function everyItem(rawBody: Uint8Array, key: Buffer): boolean {
  const reading = readJson(rawBody, { bigNumbers: 'text' });
  // A name that stands twice could be signed in one reading and used in another.
  if (!reading.ok || reading.faults.length > 0 || !isObject(reading.value)) return false;
  const list = reading.value.notificationItems;
  if (!Array.isArray(list) || list.length === 0) return false;
  return (list as readonly Json[]).filter((item) => !isSigned(item, key)).length === 0;
}

function isSigned(wrapper: Json, key: Buffer): boolean {
  const item = isObject(wrapper) ? wrapper.NotificationRequestItem : undefined;
  if (!isObject(item) || !isObject(item.additionalData) || !isObject(item.amount)) return false;
  const given = item.additionalData.hmacSignature;
  if (typeof given !== 'string') return false;
  const fields = [item.pspReference, item.originalReference, item.merchantAccountCode, item.merchantReference, item.amount.value, item.amount.currency, item.eventCode, item.success].map(textOf);
  // Older notifications escape the separator; which of the two a merchant gets is not written in the body.
  const candidates = [fields, fields.map((field) => field.replaceAll('\\', '\\\\').replaceAll(':', '\\:'))];
  const signature = Buffer.from(given, 'base64');
  return candidates.filter((parts) => sameBytes(hmac('sha256', key, [parts.join(':')]), signature)).length > 0;
}

const textOf = (value: Json | undefined): string => (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '');
