import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const VERSION = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + IV_BYTES + TAG_BYTES;

/** The secret cannot be read with this key: another TICKMARK_SECRET_KEY, another owner, or changed bytes. */
export class SecretFault extends Error {
  constructor(cause?: unknown) {
    super('A stored secret cannot be decrypted; is TICKMARK_SECRET_KEY the one it was stored with?', { cause });
    this.name = 'SecretFault';
  }
}

/** AES-256-GCM. `owner` is bound to the ciphertext, so that a row copied to another feed does not open. */
export class SecretBox {
  constructor(private readonly key: Buffer) {}

  seal(secret: string, owner: string): Buffer {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key, iv).setAAD(Buffer.from(owner));
    const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.of(VERSION), iv, cipher.getAuthTag(), body]);
  }

  open(sealed: Buffer, owner: string): string {
    if (sealed[0] !== VERSION || sealed.length < HEADER_BYTES) throw new SecretFault();
    const iv = sealed.subarray(1, 1 + IV_BYTES);
    const tag = sealed.subarray(1 + IV_BYTES, HEADER_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', this.key, iv, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(owner)).setAuthTag(tag);
    try {
      return Buffer.concat([decipher.update(sealed.subarray(HEADER_BYTES)), decipher.final()]).toString('utf8');
    } catch (error) {
      throw new SecretFault(error);
    }
  }
}
