import { generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

export interface SelfSigned {
  readonly pem: string;
  readonly privateKey: KeyObject;
}
export interface SelfSignedOptions {
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Bits of an RSA key. */
  readonly bits?: number;
}

/** A key and an X.509 certificate signed with itself, made anew each time, so that no private key lies in the tree. */
export function selfSigned({ name, fromMs, toMs, bits = 2_048 }: SelfSignedOptions): SelfSigned {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: bits });
  const commonName = sequence(tagged(0x31, sequence(COMMON_NAME, tagged(0x0c, Buffer.from(name)))));
  const toBeSigned = sequence(
    tagged(0x02, Buffer.from([1])),
    SHA256_WITH_RSA,
    commonName,
    sequence(instant(fromMs), instant(toMs)),
    commonName,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = sign('RSA-SHA256', toBeSigned, privateKey);
  const der = sequence(toBeSigned, SHA256_WITH_RSA, tagged(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return { pem: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`, privateKey };
}

/** ASN.1 in DER: a tag, the length, the content. */
function tagged(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  return Buffer.concat([Buffer.from([tag, 0x82, body.length >> 8, body.length & 0xff]), body]);
}

const sequence = (...content: readonly Buffer[]): Buffer => tagged(0x30, ...content);

/** GeneralizedTime, `20260131120000Z`. */
const instant = (ms: number): Buffer => tagged(0x18, Buffer.from(`${new Date(ms).toISOString().replace(/\.\d+Z$/, '').replaceAll(/[-:T]/g, '')}Z`));

const COMMON_NAME = tagged(0x06, Buffer.from('550403', 'hex'));
const SHA256_WITH_RSA = sequence(tagged(0x06, Buffer.from('2a864886f70d01010b', 'hex')), tagged(0x05));
