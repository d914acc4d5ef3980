import { toInstant } from '@tickmark/contracts';
import { readDeadLetters } from '@tickmark/persistence';
import type { Database, DeadLetter } from '@tickmark/persistence';
import { bigId, cursorOf, instantOrNull, toPage } from '../http/query.js';
import type { Input } from '../http/route.js';
import type { listDeadLetters } from './records.routes.js';

const cursor = cursorOf('dead-letters', bigId);

export class ListDeadLetters {
  constructor(private readonly database: Database) {}

  async execute({ query }: Input<typeof listDeadLetters>) {
    const rows = await readDeadLetters(this.database, query.limit + 1, cursor.read(query.cursor));
    return toPage(rows, query.limit, showDeadLetter, ({ id }) => cursor.write(id));
  }
}

export const showDeadLetter = ({ id, topic, partition, offset, reason, bytes, trouble, ...at }: DeadLetter) => ({
  id: String(id),
  topic,
  partition,
  offset: String(offset),
  reason,
  bytes,
  createdAt: toInstant(at.createdAtMs),
  replayAskedAt: instantOrNull(at.replayAskedAtMs),
  replayedAt: instantOrNull(at.replayedAtMs),
  trouble: trouble ?? null,
});
