import { toInstant } from '@tickmark/contracts';
import type { StateChangeMessage } from '@tickmark/contracts';
import { deriveDeviations } from '@tickmark/evaluation';
import type { CompiledCheck, DeviationChange, DeviationRecord, JudgedEvent } from '@tickmark/evaluation';
import { Store } from '../../libs/evaluation/src/laws/laws.testkit.js';
import type { Random } from './random.ts';

/** What a partition holds, in order: evidence by leaf, and ticks that say how far the ledger's clock had come. */
export type Entry = { readonly kind: 'evidence'; readonly leaf: number; readonly event: JudgedEvent } | { readonly kind: 'tick'; readonly clockMs: number };

const SETTLE_MS = 2_000;
const FROM_MS = Date.parse('2020-01-01T00:00:00Z');

export interface Opening {
  readonly id: string;
  readonly watermarkMs: number;
}

/**
 * The evaluator over tables that are played: what one transaction writes is all here, and a crash before the commit
 * leaves nothing of it. Judging itself is the product's own.
 */
export class SimulatedEvaluator {
  readonly offsets: number[];
  readonly outbox: StateChangeMessage[] = [];
  /** How many messages of the outbox are marked as sent. */
  sent = 0;
  readonly records = new Map<string, DeviationRecord>();
  readonly openings: Opening[] = [];
  readonly withdrawals: Opening[] = [];
  readonly groups = new Map<string, Store>();
  readonly #ticks: (number | undefined)[];
  #ids = 0;

  constructor(
    private readonly checks: ReadonlyMap<string, CompiledCheck>,
    private readonly logs: readonly (readonly Entry[])[],
  ) {
    this.offsets = logs.map(() => 0);
    this.#ticks = logs.map(() => undefined);
  }

  get watermarkMs(): number | undefined {
    const passed = this.#ticks.filter((one) => one !== undefined);
    return passed.length === this.#ticks.length ? Math.min(...passed) : undefined;
  }

  /** One batch in one transaction. `from`: where its reader believes to be, which the stored offset may contradict. */
  judge(partition: number, from: number, most: number): void {
    if (from !== this.offsets[partition]) return;
    const entries = (this.logs[partition] ?? []).slice(from, from + most);
    this.offsets[partition] = from + entries.length;
    const events = entries.flatMap((entry) => (entry.kind === 'evidence' ? [entry.event] : []));
    for (const [id, check] of this.checks) this.#fold(id, check, events);
    for (const entry of entries) if (entry.kind === 'tick') this.#ticks[partition] = Math.max(entry.clockMs, this.#ticks[partition] ?? 0);
  }

  /** What the watermark has passed. */
  decide(): void {
    for (const name of this.groups.keys()) this.#take(name, []);
  }

  #fold(id: string, check: CompiledCheck, events: readonly JudgedEvent[]): void {
    const touched = new Map<string, JudgedEvent[]>();
    for (const event of events) {
      for (const extraction of check.extract(event)) {
        if (extraction.kind === 'point') touched.set(extraction.group, [...(touched.get(extraction.group) ?? []), event]);
      }
    }
    for (const [group, of] of touched) {
      const name = `${id}/${group}`;
      if (!this.groups.has(name)) this.groups.set(name, new Store(check, group, FROM_MS));
      this.#take(name, of);
    }
  }

  #take(name: string, events: readonly JudgedEvent[]): void {
    const store = this.groups.get(name);
    if (store === undefined) return;
    store.take(events, this.watermarkMs);
    const nowMs = Math.max(this.watermarkMs ?? 0, ...events.map(({ receivedAtMs }) => receivedAtMs));
    for (const { key, failures } of store.seen().keys) {
      const place = { check: name, key: `${name}/${key}` };
      const { changes } = deriveDeviations({
        ...place,
        previous: [...this.records.values()].filter((record) => record.key === place.key),
        failures,
        sight: { blindness: [], need: { check: name, key, feedIds: [] }, watermarkMs: this.watermarkMs, settleMs: SETTLE_MS },
        nowMs,
        newId: () => `d${(this.#ids += 1)}`,
      });
      for (const change of changes) this.#put(name, change);
    }
  }

  #put(name: string, change: DeviationChange): void {
    const { kind, record } = change;
    this.records.set(record.id, record);
    const place = { id: record.id, watermarkMs: this.watermarkMs ?? 0 };
    if (kind === 'opened') this.openings.push(place);
    if (kind === 'withdrawn') this.withdrawals.push(place);
    if (kind !== 'amended') this.outbox.push(messageOf(name, change, this.outbox.length + 1));
  }
}

const STATUS = { opened: 'open', closed: 'closed', withdrawn: 'withdrawn' } as const;

function messageOf(name: string, { kind, record, combined }: DeviationChange, sequence: number): StateChangeMessage {
  if (kind === 'amended') throw new Error('what is amended tells nobody');
  const at = (field: string, ms: number | undefined): object => (ms === undefined ? {} : { [field]: toInstant(ms) });
  return {
    schemaVersion: 1, id: `m${sequence}`, epoch: 1, sequence, causedBy: record.evidenceIds.at(-1) ?? 'watermark', occurredAt: toInstant(record.occurredAtMs),
    kind: `deviation-${kind}`, control: 'simulated', check: name, key: record.key, title: 'Simulated', severity: 'high', owner: 'nobody', version: 'v', combined,
    backfill: false,
    deviation: {
      id: record.id, status: kind === 'opened' && !combined ? 'open' : STATUS[kind], occurredAt: toInstant(record.occurredAtMs), detectedAt: toInstant(record.detectedAtMs),
      ...at('remediatedAt', record.remediatedAtMs), ...at('verifiedAt', record.verifiedAtMs), ...at('withdrawnAt', record.withdrawnAtMs), evidenceIds: [...record.evidenceIds],
    },
  };
}

export const scratchClock = (watermarkMs: number | undefined): { effectiveFromMs: number; watermarkMs?: number } => ({
  effectiveFromMs: FROM_MS,
  ...(watermarkMs === undefined ? {} : { watermarkMs }),
});

/** Some number from 0 on, below `most`. */
export const below = (random: Random, most: number): number => Math.floor(random() * most);
