import { toInstant } from '@tickmark/contracts';
import { readDeadLetters } from '@tickmark/persistence';
import type { Database } from '@tickmark/persistence';
import { bigId, cursorOf, instantOrNull, toPage } from '../http/query.js';
import type { Input } from '../http/route.js';
import type { listDeadLetters } from './records.routes.js';

const cursor = cursorOf('dead-letters', bigId);

export class ListDeadLetters {
  constructor(private readonly database: Database) {}

  async execute({ query }: Input<typeof listDeadLetters>) {
    const rows = await readDeadLetters(this.database, query.limit + 1, cursor.read(query.cursor));
    return toPage(
      rows,
      query.limit,
      ({ id, topic, partition, offset, reason, bytes, createdAtMs, replayedAtMs }) => ({
        id: String(id),
        topic,
        partition,
        offset: String(offset),
        reason,
        bytes,
        createdAt: toInstant(createdAtMs),
        replayedAt: instantOrNull(replayedAtMs),
      }),
      ({ id }) => cursor.write(id),
    );
  }
}
