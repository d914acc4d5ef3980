import { countDeadLetters, outboxAge, readWatermark, reconciliationFigures } from '@tickmark/persistence';
import type { Queryable } from '@tickmark/persistence';
import { counter, gauge, histogram } from '@tickmark/platform';
import type { Clock, Registry } from '@tickmark/platform';
import type { BatchMetrics } from './use-cases/judge-batch.js';
import type { DueMetrics } from './use-cases/decide-due.js';

export interface EvaluatorMetrics extends BatchMetrics, DueMetrics {}

/** What is counted as it happens; no key, person or account stands in a label. */
export function evaluatorMetrics(registry: Registry, clock: Clock): EvaluatorMetrics {
  const byEvent = histogram(registry, { name: 'tickmark_event_to_state_seconds', help: 'From receipt of evidence to the commit of its verdicts' });
  const byTime = histogram(registry, { name: 'tickmark_due_to_state_seconds', help: 'From when a verdict by time could be decided to its commit' });
  const dead = counter(registry, { name: 'tickmark_dead_letters_total', help: 'Messages that could not be decoded or judged' });
  const secondsSince = (ms: number): number => Math.max(0, clock.now() - ms) / 1_000;
  return {
    judged: (receivedAtMs) => {
      for (const ms of receivedAtMs) byEvent.observe(secondsSince(ms));
    },
    decided: (readyMs) => {
      for (const ms of readyMs) byTime.observe(secondsSince(ms));
    },
    deadLettered: (count) => dead.inc(count),
  };
}

export interface Gauged {
  readonly database: Queryable;
  readonly clock: Clock;
  readonly lag: () => readonly { readonly topic: string; readonly messages: number }[];
}

/** What is asked when the metrics are read; with Postgres away these keep what they said last. */
export function evaluatorGauges(registry: Registry, { database, clock, lag }: Gauged): void {
  gauge(registry, { name: 'tickmark_consumer_lag_messages', help: 'Messages that wait in Kafka for this process', labels: ['topic'] }, (metric) => {
    for (const { topic, messages } of lag()) metric.set({ topic }, messages);
  });
  const ask = (read: () => Promise<number | undefined>) => async (metric: { set(value: number): void }) => {
    const value = await read().catch(() => undefined);
    if (value !== undefined) metric.set(value);
  };
  gauge(registry, { name: 'tickmark_outbox_oldest_age_seconds', help: 'Age of the oldest message that waits for the relay' }, ask(() => outboxAge(database)));
  gauge(registry, { name: 'tickmark_dead_letters', help: 'Dead letters that were not replayed' }, ask(() => countDeadLetters(database)));
  gauge(
    registry,
    { name: 'tickmark_unreconciled_points', help: 'What accepted evidence should have given a check and did not' },
    ask(async () => (await reconciliationFigures(database))?.waiting),
  );
  gauge(
    registry,
    { name: 'tickmark_reconciliation_age_seconds', help: 'Since accepted and judged evidence were compared last' },
    ask(async () => {
      const figures = await reconciliationFigures(database);
      return figures === undefined ? undefined : Math.max(0, clock.now() - figures.atMs) / 1_000;
    }),
  );
  gauge(
    registry,
    { name: 'tickmark_watermark_age_seconds', help: 'How far judging is behind; absent before the first tick of each partition' },
    ask(async () => {
      const watermarkMs = await readWatermark(database);
      return watermarkMs === undefined ? undefined : Math.max(0, clock.now() - watermarkMs) / 1_000;
    }),
  );
}
