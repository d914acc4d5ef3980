import { eventually } from './eventually.js';
import { followTopic } from './follow-topic.js';
import type { TopicRecord } from './follow-topic.js';

interface ReadOptions {
  /** As it is named on the cluster. */
  readonly topic: string;
  /** Looks at all that was read so far, and throws until it is enough. */
  readonly until: (records: readonly TopicRecord[]) => void;
  readonly limitMs?: number;
}

/** What stands in a topic, from its beginning; in the order of each partition. */
export async function readTopic({ topic, until, limitMs = 30_000 }: ReadOptions): Promise<readonly TopicRecord[]> {
  const records: TopicRecord[] = [];
  const reader = await followTopic(topic, (record) => records.push(record));
  try {
    await eventually(() => until(records), { limitMs });
    return records;
  } finally {
    await reader[Symbol.asyncDispose]();
  }
}
