import { counter, gauge } from '@tickmark/platform';
import type { Registry } from '@tickmark/platform';
import type { SealingFigures } from '@tickmark/persistence';

interface Sources {
  readonly figures: () => Promise<SealingFigures>;
  readonly isRefusing: () => boolean;
  /** When all sealed leaves were last read again. */
  readonly recheckedMs: () => number | undefined;
}

export interface SealerMetrics {
  published(target: string, outcome: 'published' | 'failed' | 'given-up'): void;
}

const REMEMBERED_MS = 1_000;

/** All metrics of sealer. Without the database its figures are not a number, never zero. */
export function sealerMetrics(registry: Registry, { figures, isRefusing, recheckedMs }: Sources): SealerMetrics {
  const last = remembered(figures);
  const figure = (name: string, help: string, of: (figures: SealingFigures) => number): void => {
    gauge(registry, { name, help }, async (metric) => {
      const known = await last();
      metric.set(known === undefined ? Number.NaN : of(known));
    });
  };
  figure('tickmark_ledger_leaves', 'Leaves of the ledger', ({ leaves }) => leaves);
  figure('tickmark_ledger_unsealed_leaves', 'Leaves that no checkpoint covers yet', ({ leaves, sealedLeaves }) => leaves - sealedLeaves);
  figure('tickmark_ledger_unsealed_age_seconds', 'Age of the oldest leaf that no checkpoint covers yet', ({ unsealedSinceMs, nowMs }) =>
    unsealedSinceMs === undefined ? 0 : Math.max(0, nowMs - unsealedSinceMs) / 1_000,
  );
  figure('tickmark_ledger_checkpoint_age_seconds', 'Seconds since the last checkpoint was signed; not a number: none was', ({ lastCheckpointAtMs, nowMs }) =>
    lastCheckpointAtMs === undefined ? Number.NaN : Math.max(0, nowMs - lastCheckpointAtMs) / 1_000,
  );
  figure('tickmark_sealed_leaf_altered', '1: a leaf is not the one that was sealed', ({ alteredLeaf }) => (alteredLeaf === undefined ? 0 : 1));
  gauge(registry, { name: 'tickmark_sealer_refusing', help: '1: nothing is signed until somebody acts' }, (metric) => metric.set(isRefusing() ? 1 : 0));
  gauge(registry, { name: 'tickmark_ledger_recheck_age_seconds', help: 'Seconds since all sealed leaves were read again; not a number: not yet' }, (metric) => {
    const atMs = recheckedMs();
    metric.set(atMs === undefined ? Number.NaN : (Date.now() - atMs) / 1_000);
  });
  const publications = counter(registry, {
    name: 'tickmark_checkpoint_publications_total',
    help: 'Attempts to publish checkpoints by target and outcome',
    labels: ['target', 'outcome'],
  });
  return { published: (target, outcome) => publications.inc({ target, outcome }) };
}

/** One question for all gauges of one reading. */
function remembered(figures: () => Promise<SealingFigures>): () => Promise<SealingFigures | undefined> {
  let asked: { readonly atMs: number; readonly answer: Promise<SealingFigures | undefined> } | undefined;
  return () => {
    const atMs = performance.now();
    if (asked === undefined || atMs - asked.atMs > REMEMBERED_MS) asked = { atMs, answer: figures().catch(() => undefined) };
    return asked.answer;
  };
}
