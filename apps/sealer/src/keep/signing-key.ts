import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { toInstant } from '@tickmark/contracts';
import { z } from 'zod';
import { KeptFileFault, readKept, writeKept } from './kept-file.js';

const keyFile = z.strictObject({ privateKey: z.base64(), createdAt: z.iso.datetime() });

export interface SigningKey {
  readonly privateKey: KeyObject;
  readonly createdAtMs: number;
}

/** Undefined when there is no key yet. */
export function readSigningKey(file: string): SigningKey | undefined {
  const text = readKept(file);
  if (text === undefined) return undefined;
  try {
    const { privateKey, createdAt } = keyFile.parse(JSON.parse(text));
    const key = createPrivateKey({ key: Buffer.from(privateKey, 'base64'), format: 'der', type: 'pkcs8' });
    if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('not an Ed25519 key');
    return { privateKey: key, createdAtMs: Date.parse(createdAt) };
  } catch {
    // The fault is not repeated: it could quote the key.
    throw new KeptFileFault(`${file} holds no key that can sign: put back a copy of it, or make a new one with rotate-key`);
  }
}

/** A new key in the place of whatever was there. */
export function makeSigningKey(file: string, nowMs: number): SigningKey {
  const { privateKey } = generateKeyPairSync('ed25519');
  const der = privateKey.export({ format: 'der', type: 'pkcs8' });
  writeKept(file, `${JSON.stringify({ privateKey: der.toString('base64'), createdAt: toInstant(nowMs) }, undefined, 2)}\n`);
  return { privateKey, createdAtMs: nowMs };
}
