import { saltedHash, sha256 } from '@tickmark/ledger';
import type { AppendRequest } from './append-request.js';

/** A delivery while its parts are appended. */
export class OpenDelivery {
  /** When its row was written; set once the first part is committed. */
  startedAtMs: number | undefined;
  private digest: Buffer | undefined;

  constructor(
    readonly request: AppendRequest,
    readonly salt: Buffer,
  ) {}

  /** What every leaf of the delivery says of the raw bytes. */
  rawDigest(): Buffer {
    this.digest ??= saltedHash(this.salt, this.request.body);
    return this.digest;
  }

  bodyHash(): Buffer {
    return sha256(this.request.body);
  }
}
