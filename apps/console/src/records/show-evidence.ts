import { toInstant } from '@tickmark/contracts';
import { parseLeaf, saltedHash } from '@tickmark/ledger';
import { readEvidence, readRawOf } from '@tickmark/persistence';
import type { Database, RawDelivery, StoredEvidence } from '@tickmark/persistence';
import { HttpProblem } from '@tickmark/platform';
import type { Logger } from '@tickmark/platform';

interface Normal {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly [attribute: string]: unknown;
}

export interface RawAnswer {
  readonly contentType: string;
  readonly body: Buffer;
}

/** Evidence as kept. Every read compares it with its leaf: what was changed behind our back is never shown as it was received. */
export class ShowEvidence {
  constructor(
    private readonly database: Database,
    private readonly logger: Logger,
  ) {}

  async event(id: string) {
    const found = await this.find(id);
    const { leafIndex, receivedAtMs, deliveryId, ordinal, feed, system, format, timeAssumed, tooOld } = found;
    const normal = JSON.parse(found.normal) as Normal;
    return {
      id,
      deliveryId,
      ordinal,
      feed,
      system,
      format,
      leafIndex: String(leafIndex),
      receivedAt: toInstant(receivedAtMs),
      timeAssumed,
      tooOld,
      event: { ...normal, time: toInstant(found.timeMs) },
      unchanged: this.check(found, 'normal form', isNormalUnchanged(found)),
    };
  }

  async raw(id: string): Promise<RawAnswer> {
    const found = await this.find(id);
    const raw = await readRawOf(this.database, found.deliveryId);
    if (raw === undefined) throw new HttpProblem(404, 'The bytes of this delivery are kept no longer.');
    if (!this.check(found, 'raw bytes', isRawUnchanged(found, raw))) {
      throw new HttpProblem(500, 'The stored bytes are not those that were received: their hash is not the one in the ledger.');
    }
    return { contentType: raw.contentType, body: raw.body };
  }

  private async find(id: string): Promise<StoredEvidence> {
    const found = await readEvidence(this.database, id);
    if (found === undefined) throw new HttpProblem(404, 'There is no evidence with this id.');
    return found;
  }

  private check({ id, leafIndex }: StoredEvidence, what: string, isUnchanged: boolean): boolean {
    if (!isUnchanged) this.logger.error({ evidence: id, leafIndex, what }, 'evidence differs from its leaf');
    return isUnchanged;
  }
}

type Proven = Pick<StoredEvidence, 'salt' | 'normal' | 'leaf'>;

const digestOf = ({ leaf }: Pick<Proven, 'leaf'>, index: 0 | 1): Uint8Array | undefined => leaf && parseLeaf(leaf)?.digests[index];

export const isNormalUnchanged = (found: Proven): boolean =>
  digestOf(found, 1) !== undefined && saltedHash(found.salt, found.normal).equals(digestOf(found, 1) ?? Buffer.alloc(0));

const isRawUnchanged = (found: StoredEvidence, { salt, body }: RawDelivery): boolean =>
  digestOf(found, 0) !== undefined && saltedHash(salt, body).equals(digestOf(found, 0) ?? Buffer.alloc(0));
