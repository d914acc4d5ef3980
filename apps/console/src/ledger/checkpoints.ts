import { toInstant } from '@tickmark/contracts';
import { checkpointOfSize, latestCheckpoint } from '@tickmark/persistence';
import type { Queryable, StoredCheckpoint } from '@tickmark/persistence';
import { HttpProblem } from '@tickmark/platform';

/** The one that is named by its size, else the latest. */
export async function findCheckpoint(database: Queryable, size: number | undefined): Promise<StoredCheckpoint> {
  const found = size === undefined ? await latestCheckpoint(database) : await checkpointOfSize(database, size);
  if (found !== undefined) return found;
  throw new HttpProblem(404, size === undefined ? 'No checkpoint was signed yet.' : `No checkpoint of ${size} leaves was signed.`);
}

export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

export const showCheckpointOf = ({ origin, epoch, size, root, signedAtMs, note }: StoredCheckpoint) => ({
  origin,
  epoch,
  size,
  root: base64(root),
  signedAt: toInstant(signedAtMs),
  note,
});
