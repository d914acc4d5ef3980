import { saltedHash, sha256 } from '@tickmark/ledger';
import type { AppendRequest } from './append-request.js';

/** A delivery while its parts are appended. */
export class OpenDelivery {
  readonly request: Omit<AppendRequest, 'body'>;
  /** When its row was written; set once the first part is committed. */
  startedAtMs: number | undefined;
  private bytes: Buffer | undefined;
  private digest: Buffer | undefined;

  constructor(
    { body, ...request }: AppendRequest,
    readonly salt: Buffer,
  ) {
    this.request = request;
    this.bytes = body;
  }

  get body(): Buffer {
    if (this.bytes === undefined) throw new Error('The bytes of a delivery are held until they are kept.');
    return this.bytes;
  }

  /** The row is committed: its bytes are needed no longer, however much is told of them later. */
  wasKept(atMs: number): void {
    this.rawDigest();
    this.startedAtMs = atMs;
    this.bytes = undefined;
  }

  /** What every leaf of the delivery says of the raw bytes. */
  rawDigest(): Buffer {
    this.digest ??= saltedHash(this.salt, this.body);
    return this.digest;
  }

  bodyHash(): Buffer {
    return sha256(this.body);
  }
}
