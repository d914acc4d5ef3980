import { DEFAULT_PARTITIONS, TOPICS } from '@tickmark/contracts';
import type { Topic } from '@tickmark/contracts';
import { connectKafka, withAdmin } from './kafka.js';
import type { KafkaSettings } from './kafka.js';

interface TopicShape {
  readonly partitions?: number;
  readonly replication?: number;
}

/** The topic's name on the cluster. */
export const nameOnCluster = (topic: Topic, prefix = ''): string => `${prefix}${topic}`;

/** Creates the topics that are missing; what is there stays as it is. Says which it made. */
export async function ensureTopics(settings: KafkaSettings, shape: TopicShape = {}): Promise<readonly string[]> {
  const wanted = Object.values(TOPICS).map((topic) => nameOnCluster(topic, settings.topicPrefix));
  return withAdmin(connectKafka(settings), async (admin) => {
    const present = new Set(await admin.listTopics());
    const missing = wanted.filter((name) => !present.has(name));
    if (missing.length === 0) return [];
    await admin.createTopics({
      waitForLeaders: true,
      topics: missing.map((topic) => ({
        topic,
        numPartitions: shape.partitions ?? DEFAULT_PARTITIONS,
        replicationFactor: shape.replication ?? 1,
      })),
    });
    return missing;
  });
}
