export { KafkaBatchSender } from './batch-sender.js';
export * from './decode.js';
export * from './outbox-relay.js';
export { readTopic } from './read-topic.js';
export { KAFKA_TRANSPORT, KafkaTransport } from './transport/kafka-transport.js';
export type { KafkaTransportSettings } from './transport/kafka-transport.js';
export type { KafkaSettings } from './kafka.js';
export { ensureTopics } from './topics.js';
