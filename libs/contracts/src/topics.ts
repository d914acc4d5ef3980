/** Kafka topics; created by us, never automatically. */
export const TOPICS = {
  controlEvents: 'tickmark.control-events.v1',
  stateChanges: 'tickmark.state-changes.v1',
  alerts: 'tickmark.alerts.v1',
} as const;
export type Topic = (typeof TOPICS)[keyof typeof TOPICS];

export const DEFAULT_PARTITIONS = 6;
