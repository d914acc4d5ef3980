import { inclusionRanges, leafHash, verifyInclusion } from '@tickmark/ledger';
import { TreeDamaged, checkpointOfSize, inSnapshot, latestCheckpoint, readEvidence, readRanges, readRawOf } from '@tickmark/persistence';
import type { Database, Queryable, StoredCheckpoint, StoredEvidence } from '@tickmark/persistence';
import { HttpProblem, retryAfter } from '@tickmark/platform';
import type { Logger } from '@tickmark/platform';
import { isNormalUnchanged } from '../records/show-evidence.js';
import { base64, showCheckpointOf } from './checkpoints.js';

export interface EvidenceProof {
  readonly evidence: StoredEvidence;
  readonly leaf: Buffer;
  readonly path: readonly Uint8Array[];
  readonly checkpoint: StoredCheckpoint;
  readonly rawSalt: Buffer | null;
}

/** Sealing comes round at least once a minute. */
const ASK_AGAIN_MS = 30_000;

/**
 * The proof that evidence stands in the ledger. It is verified here before it is given: what was changed behind our back
 * never leaves as a proof.
 */
export class ProveEvidence {
  constructor(
    private readonly database: Database,
    private readonly logger: Logger,
  ) {}

  execute(id: string, size: number | undefined): Promise<EvidenceProof> {
    return inSnapshot(this.database, async (snapshot) => {
      const evidence = await readEvidence(snapshot, id);
      if (evidence === undefined) throw new HttpProblem(404, 'There is no evidence with this id.');
      const checkpoint = await coveringCheckpoint(snapshot, evidence.leafIndex, size);
      const { leaf } = evidence;
      if (leaf === undefined || !isNormalUnchanged(evidence)) throw this.#changed(evidence, 'its leaf is missing or says otherwise');
      const path = await this.#path(snapshot, evidence, checkpoint);
      const claim = { leafHash: leafHash(leaf), index: evidence.leafIndex, size: checkpoint.size, root: checkpoint.root, path };
      if (!verifyInclusion(claim).ok) throw this.#changed(evidence, 'its leaf is not the one that was sealed');
      return { evidence, leaf, path, checkpoint, rawSalt: (await readRawOf(snapshot, evidence.deliveryId))?.salt ?? null };
    });
  }

  async #path(snapshot: Queryable, evidence: StoredEvidence, { size }: StoredCheckpoint): Promise<readonly Uint8Array[]> {
    try {
      return await readRanges(snapshot, inclusionRanges(evidence.leafIndex, size), size);
    } catch (error) {
      if (error instanceof TreeDamaged) throw this.#changed(evidence, error.message);
      throw error;
    }
  }

  #changed({ id, leafIndex }: StoredEvidence, what: string): HttpProblem {
    this.logger.error({ evidence: id, leafIndex, what }, 'evidence cannot be proved');
    return new HttpProblem(500, `This evidence cannot be proved: ${what}.`);
  }
}

async function coveringCheckpoint(snapshot: Queryable, index: number, size: number | undefined): Promise<StoredCheckpoint> {
  const found = size === undefined ? await latestCheckpoint(snapshot) : await checkpointOfSize(snapshot, size);
  if (found === undefined && size !== undefined) throw new HttpProblem(404, `No checkpoint of ${size} leaves was signed.`);
  if (found !== undefined && found.size > index) return found;
  const covered = found?.size ?? 0;
  const sayWhich = size === undefined ? 'the last checkpoint' : 'this checkpoint';
  throw new HttpProblem(409, `This evidence is leaf ${index} and not sealed yet: ${sayWhich} covers ${covered} leaves. Ask again.`, {
    title: 'Not sealed',
    headers: size === undefined ? retryAfter(ASK_AGAIN_MS) : {},
    extra: { index, sealedLeaves: covered },
  });
}

export const showProofOf = ({ evidence, leaf, path, checkpoint, rawSalt }: EvidenceProof) => ({
  evidenceId: evidence.id,
  index: evidence.leafIndex,
  leaf: base64(leaf),
  leafHash: base64(leafHash(leaf)),
  salts: { normal: base64(evidence.salt), raw: rawSalt === null ? null : base64(rawSalt) },
  normal: evidence.normal,
  path: path.map(base64),
  checkpoint: showCheckpointOf(checkpoint),
});
