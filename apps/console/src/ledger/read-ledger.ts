import { toInstant } from '@tickmark/contracts';
import { consistencyRanges, noteKey, verifyConsistency, writeNoteKey } from '@tickmark/ledger';
import { TreeDamaged, checkpointOfSize, inSnapshot, readRanges, readRoot, readSealerKeys } from '@tickmark/persistence';
import type { Database, Queryable } from '@tickmark/persistence';
import { HttpProblem } from '@tickmark/platform';
import { instantOrNull } from '../http/query.js';
import { base64, findCheckpoint, showCheckpointOf } from './checkpoints.js';

/** What was signed of the ledger, and that it only ever grew. */
export class ReadLedger {
  constructor(private readonly database: Database) {}

  async checkpoint(size: number | undefined) {
    return showCheckpointOf(await findCheckpoint(this.database, size));
  }

  async keys() {
    const keys = await readSealerKeys(this.database);
    return {
      items: keys.map(({ name, id, publicKey, validFromMs, validUntilMs }) => ({
        key: writeNoteKey(noteKey(name, publicKey)),
        name,
        id,
        algorithm: 'Ed25519' as const,
        validFrom: toInstant(validFromMs),
        validUntil: instantOrNull(validUntilMs),
      })),
      nextCursor: null,
    };
  }

  async consistency(from: number, to: number | undefined) {
    return inSnapshot(this.database, async (snapshot) => {
      const latest = await findCheckpoint(snapshot, undefined);
      const end = to ?? latest.size;
      if (end > latest.size) throw new HttpProblem(409, `The last checkpoint covers ${latest.size} leaves, not ${end}.`, { title: 'Not sealed' });
      if (from > end) throw new HttpProblem(400, 'The query is not valid; see errors.', { errors: [{ pointer: '/from', message: `must be at most ${end}` }] });
      return proofBetween(snapshot, from, end);
    });
  }
}

async function proofBetween(snapshot: Queryable, from: number, to: number) {
  try {
    const path = await readRanges(snapshot, consistencyRanges(from, to), to);
    const [oldRoot, newRoot] = [await readRoot(snapshot, from), await readRoot(snapshot, to)];
    if (!verifyConsistency({ oldSize: from, oldRoot, newSize: to, newRoot, path }).ok) throw new TreeDamaged('what is kept of the tree contradicts itself');
    return { from: await treeHead(snapshot, from, oldRoot), to: await treeHead(snapshot, to, newRoot), path: path.map(base64) };
  } catch (error) {
    if (error instanceof TreeDamaged) throw new HttpProblem(500, `The ledger cannot be proved: ${error.message}.`);
    throw error;
  }
}

/** With the checkpoint that was signed at this size, if one was: its root is what counts, whatever is kept now. */
async function treeHead(snapshot: Queryable, size: number, root: Buffer) {
  const signed = await checkpointOfSize(snapshot, size);
  return { size, root: base64(root), checkpoint: signed === undefined ? null : showCheckpointOf(signed) };
}
