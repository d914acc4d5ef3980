import { randomUUID } from 'node:crypto';
import { loadCatalogue } from '@tickmark/catalogue';
import type { Catalogue } from '@tickmark/catalogue';
import { TOPICS } from '@tickmark/contracts';
import type { DeviationStatus, JsonObject } from '@tickmark/contracts';
import { compareKeyOrder, kindById } from '@tickmark/evaluation';
import type { CompiledCheck, JudgedEvent, KeyTimeline, Point } from '@tickmark/evaluation';
import {
  Database, FeedRepository, KeyNames, PartitionOffsets, addActivation, addControlVersion, addJudgedCheck, insertPoints,
  lockCheckStates, lockProgress, saveDeviations, saveGaps, saveKeySpans, saveObservations, saveProgress, saveSegments,
} from '@tickmark/persistence';
import type { Feed, GapRevision, NewFeed, Queryable } from '@tickmark/persistence';
import { readCatalogue } from '@tickmark/platform';

const FEED: NewFeed = {
  name: 'okta', system: 'okta', production: true, types: ['identity.account', 'hr.worker-left'], sources: ['*'],
  maxSilenceMs: 1_800_000, authentication: { kind: 'bearer' }, settleMs: 2_000, maxAheadMs: 300_000,
  maxAgeMs: 34_560_000_000, perSecond: undefined, perDay: undefined,
};

export interface GivenEvent {
  readonly type: string;
  readonly at: string;
  readonly receivedAt?: string;
  readonly data: JsonObject;
}

export interface GivenDeviation {
  readonly id: string;
  readonly control: string;
  readonly key: string;
  readonly status: DeviationStatus;
  readonly occurredAt: string;
  readonly detectedAt: string;
  readonly notifiedAt?: string;
  readonly remediatedAt?: string;
  readonly verifiedAt?: string;
  readonly withdrawnAt?: string;
  readonly evidenceIds?: readonly string[];
  readonly system?: string;
}

interface StoredCheck {
  readonly id: number;
  readonly compiled: CompiledCheck;
}

/** Judges events by the shipped catalogue and writes what the evaluator would write, without servers in between. */
export class JudgedData {
  readonly checks = new Map<string, StoredCheck>();
  private readonly events: JudgedEvent[] = [];
  private leaf = 0;

  private constructor(
    readonly database: Database,
    readonly feed: Feed,
    readonly catalogue: Catalogue,
  ) {}

  static async into(url: string): Promise<JudgedData> {
    const database = new Database({ url, app: 'spec' });
    const files = await readCatalogue();
    const { catalogue, faults } = loadCatalogue(files, kindById);
    if (catalogue === undefined) throw new Error(JSON.stringify(faults));
    const feed = (await new FeedRepository(database).insert(FEED)) as Feed;
    const data = new JudgedData(database, feed, catalogue);
    await database.transaction((transaction) => data.activate(transaction, files));
    return data;
  }

  private async activate(transaction: Queryable, files: Awaited<ReturnType<typeof readCatalogue>>): Promise<void> {
    const effectiveFromMs = Date.parse('2026-01-01T00:00:00Z');
    const activation = await addActivation(transaction, { hash: this.catalogue.hash, files, effectiveFromMs });
    for (const control of this.catalogue.controls.values()) {
      await addControlVersion(transaction, control, effectiveFromMs);
      for (const check of control.checks) {
        const kind = kindById.get(check.kind);
        if (kind === undefined) continue;
        const row = { control: control.id, name: check.name, kind: check.kind, logicHash: control.logicHash, effectiveFromMs, activation };
        const id = await addJudgedCheck(transaction, row);
        const compiled = kind.compile(control, check, this.catalogue.eventTypes);
        this.checks.set(`${control.id}/${check.name}`, { id, compiled });
      }
    }
  }

  /** W, of all partitions; and the last leaf that all of them have judged. */
  async judgedUntil(instant: string, leafIndex = 1_000): Promise<void> {
    const topic = TOPICS.controlEvents;
    await new PartitionOffsets(this.database).positions(topic, 2);
    await this.database.transaction(async (transaction) => {
      for (const partition of [0, 1]) {
        const before = await lockProgress(transaction, topic, partition);
        if (before === undefined) throw new Error('no such partition');
        const clockMs = Date.parse(instant) + partition * 500;
        await saveProgress(transaction, { ...before, leafIndex, tickLeafIndex: leafIndex + partition, tickClockMs: clockMs, seenClockMs: clockMs });
      }
    });
  }

  /** Accepts events and judges everything there is, as of W. Gives the ids of their evidence. */
  async judge(given: readonly GivenEvent[], watermark: string): Promise<readonly string[]> {
    const added = given.map((one) => this.event(one));
    this.events.push(...added);
    for (const [ref, check] of this.checks) await this.judgeCheck(ref, check, Date.parse(watermark));
    return added.map(({ evidenceId }) => evidenceId);
  }

  private event({ type, at, receivedAt = at, data }: GivenEvent): JudgedEvent {
    const evidenceId = randomUUID();
    const { id: feedId, name: feedName, system, settleMs } = this.feed;
    return {
      ...{ evidenceId, type, source: 'urn:okta', eventId: evidenceId, timeMs: Date.parse(at), receivedAtMs: Date.parse(receivedAt) },
      ...{ feedId, feedName, system, settleMs, data },
    };
  }

  private async judgeCheck(ref: string, { id: checkId, compiled }: StoredCheck, watermarkMs: number): Promise<void> {
    const groups = new Map<string, Point[]>();
    for (const event of this.events.filter(({ type }) => [...compiled.inputTypes.values()].includes(type))) {
      for (const extraction of compiled.extract(event)) {
        if (extraction.kind === 'point') groups.set(extraction.group, [...(groups.get(extraction.group) ?? []), extraction.point]);
        if (extraction.kind === 'error') throw new Error(`${ref}: ${extraction.message}`);
      }
    }
    for (const [group, points] of groups) {
      const sorted = points.sort(compareKeyOrder);
      const { keys } = compiled.judge(group, undefined, sorted, { watermarkMs, effectiveFromMs: Date.parse('2026-01-01T00:00:00Z') });
      await this.database.transaction((transaction) => this.write(transaction, { checkId, group, points: sorted, keys }));
    }
  }

  private async write(
    transaction: Queryable,
    { checkId, group, points, keys }: { checkId: number; group: string; points: readonly Point[]; keys: readonly KeyTimeline[] },
  ): Promise<void> {
    const ids = await new KeyNames().within(transaction).ids([group, ...keys.map(({ key }) => key)]);
    const groupId = ids.get(group) as number;
    const keyId = (key: string): number => ids.get(key) as number;
    await lockCheckStates(transaction, [{ checkId, groupId }]);
    for (const table of ['segment', 'observation', 'key_span', 'point']) {
      await transaction.query(`DELETE FROM ${table} WHERE check_id = $1 AND group_id = $2`, [checkId, groupId]);
    }
    await insertPoints(transaction, points.map((point) => ({ checkId, groupId, leafIndex: (this.leaf += 1), point })));
    const ofKeys = keys.map(({ key, beginMs, retiredAtMs, segments, observations }) => ({
      span: { checkId, groupId, keyId: keyId(key), beginMs, ...(retiredAtMs === undefined ? {} : { retiredAtMs }) },
      segments: segments.map((segment) => ({ checkId, groupId, keyId: keyId(key), segment })),
      observations: observations.map((observation) => ({ checkId, groupId, keyId: keyId(key), observation })),
    }));
    await saveKeySpans(transaction, ofKeys.map(({ span }) => span));
    await saveSegments(transaction, ofKeys.flatMap(({ segments }) => segments));
    await saveObservations(transaction, ofKeys.flatMap(({ observations }) => observations));
  }

  async deviation(given: GivenDeviation): Promise<void> {
    const control = this.catalogue.controls.get(given.control);
    const check = control?.checks[0]?.name ?? '';
    const checkId = this.checks.get(`${given.control}/${check}`)?.id as number;
    const ms = (instant: string): number => Date.parse(instant);
    await this.database.transaction(async (transaction) => {
      const ids = await new KeyNames().within(transaction).ids([given.key]);
      const keyId = ids.get(given.key) as number;
      await saveDeviations(transaction, [
        {
          ...{ checkId, groupId: keyId, keyId, control: given.control, check, severity: control?.severity ?? 'low', controlVersion: 1 },
          record: {
            ...{ id: given.id, key: given.key, status: given.status, occurredAtMs: ms(given.occurredAt), detectedAtMs: ms(given.detectedAt) },
            ...(given.remediatedAt === undefined ? {} : { remediatedAtMs: ms(given.remediatedAt) }),
            ...(given.verifiedAt === undefined ? {} : { verifiedAtMs: ms(given.verifiedAt) }),
            ...(given.withdrawnAt === undefined ? {} : { withdrawnAtMs: ms(given.withdrawnAt) }),
            ...(given.system === undefined ? {} : { system: given.system }),
            ...{ evidenceIds: given.evidenceIds ?? [], backfill: false },
          },
        },
      ]);
      await transaction.query('UPDATE deviation SET notified_at = $2 WHERE id = $1', [given.id, given.notifiedAt ?? null]);
    });
  }

  async gap(gap: GapRevision): Promise<void> {
    await this.database.transaction((transaction) => saveGaps(transaction, [gap]));
  }

  close(): Promise<void> {
    return this.database.close();
  }
}
