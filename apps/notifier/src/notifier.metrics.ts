import { counter, gauge, histogram } from '@tickmark/platform';
import type { Registry } from '@tickmark/platform';
import type { NoticeFigures } from '@tickmark/persistence';

export interface Sources {
  readonly figures: () => Promise<NoticeFigures>;
  readonly lag: () => readonly { readonly topic: string; readonly messages: number }[];
}

export interface NotifierMetrics {
  /** A notice is handed to its channel for the first time. */
  handedOver(receivedAtMs: number | undefined, nowMs: number): void;
  attempted(channel: string, outcome: 'sent' | 'retry' | 'undelivered'): void;
  planned(count: number): void;
}

/** All metrics of notifier. Figures come from the rows when they are read: they survive a restart. */
export function notifierMetrics(registry: Registry, { figures, lag }: Sources): NotifierMetrics {
  const latency = histogram(registry, {
    name: 'tickmark_event_to_notice_seconds',
    help: 'From the receipt of the evidence to the notice handed to its channel, for verdicts by event',
  });
  const notices = counter(registry, {
    name: 'tickmark_notices_total',
    help: 'Attempts to deliver notices by channel and outcome',
    labels: ['channel', 'outcome'],
  });
  const plannedNotices = counter(registry, { name: 'tickmark_notices_planned_total', help: 'Notices recorded' });
  const last = remembered(figures);
  const figure = (name: string, help: string, of: (figures: NoticeFigures) => number): void => {
    gauge(registry, { name, help }, async (metric) => metric.set(of(await last())));
  };
  figure('tickmark_notices_waiting', 'Notices that are not sent yet, retries included', ({ waiting }) => waiting);
  figure('tickmark_notices_oldest_age_seconds', 'Age of the oldest notice that is not sent yet', ({ oldestAgeSeconds }) => oldestAgeSeconds);
  figure('tickmark_notices_undelivered', 'Notices that no attempt follows for', ({ undelivered }) => undelivered);
  gauge(registry, { name: 'tickmark_consumer_lag_messages', help: 'Messages that wait in the partitions of this process', labels: ['topic'] }, (metric) => {
    for (const { topic, messages } of lag()) metric.set({ topic }, messages);
  });
  return {
    handedOver: (receivedAtMs, nowMs) => {
      if (receivedAtMs !== undefined) latency.observe(Math.max(0, nowMs - receivedAtMs) / 1_000);
    },
    attempted: (channel, outcome) => notices.inc({ channel, outcome }),
    planned: (count) => plannedNotices.inc(count),
  };
}

const REMEMBERED_MS = 1_000;
const UNKNOWN: NoticeFigures = { waiting: Number.NaN, oldestAgeSeconds: Number.NaN, undelivered: Number.NaN };

/** One question for all gauges of one reading. Without the database the figures are not a number, never zero. */
function remembered(figures: () => Promise<NoticeFigures>): () => Promise<NoticeFigures> {
  let asked: { readonly atMs: number; readonly answer: Promise<NoticeFigures> } | undefined;
  return () => {
    const atMs = performance.now();
    if (asked === undefined || atMs - asked.atMs > REMEMBERED_MS) asked = { atMs, answer: figures().catch(() => UNKNOWN) };
    return asked.answer;
  };
}
