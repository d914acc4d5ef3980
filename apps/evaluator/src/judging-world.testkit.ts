import { randomUUID } from 'node:crypto';
import { TOPICS, toInstant } from '@tickmark/contracts';
import type { BatchOutcome, EvidenceMessage, StateChangeMessage, StoredMessage } from '@tickmark/contracts';
import type { CatalogueFile } from '@tickmark/catalogue';
import { feedsDeclareFromMs, judgeFromPoints } from '@tickmark/evaluation';
import type { KeyTimeline, Point } from '@tickmark/evaluation';
import { Database, PartitionOffsets, boundedKey, readWatermark, watchedFeeds } from '@tickmark/persistence';
import type { EvidenceToJudge } from '@tickmark/persistence';
import { createLogger, readCataloguePath, shippedCatalogueFolder } from '@tickmark/platform';
import { makeTestDatabase } from '@tickmark/testing';
import type { TestDatabase } from '@tickmark/testing';
import { messageOf, tickOf, toEvidence } from './control-events.testkit.js';
import { keepEvidence } from './kept-evidence.testkit.js';
import type { EventSpec, FeedSpec } from './control-events.testkit.js';
import { LiveCatalogues } from './catalogue/read-live-catalogue.js';
import { extractPoints } from './judging/extract-points.js';
import { Judging } from './judging/judging.js';
import { ActivateCatalogue } from './use-cases/activate-catalogue.js';
import type { ActivationOutcome } from './use-cases/activate-catalogue.js';
import { CloseMonths } from './use-cases/close-months.js';
import { DecideDue } from './use-cases/decide-due.js';
import { DecideLiveness } from './use-cases/decide-liveness.js';
import { JudgeBatch } from './use-cases/judge-batch.js';

export const START_MS = Date.parse('2026-03-02T00:00:00.000Z');
export const HOUR_MS = 3_600_000;
export const at = (hours: number): number => START_MS + Math.round(hours * HOUR_MS);

export interface KeyState {
  readonly key: string;
  readonly state: string;
  readonly from: string;
  readonly to?: string;
}

/** Types that kinds hear without being named. */
const ALWAYS = /(attestation\.given|population\.snapshot|feed\.heartbeat|identity\.account|hr\.worker-left)\.yaml$/;

/** The shipped event types and measures with some of the shipped controls, changed where a spec wants it. */
export async function catalogueWith(...controls: readonly (string | CatalogueFile)[]): Promise<readonly CatalogueFile[]> {
  const shipped = await readCataloguePath(shippedCatalogueFolder());
  const wanted = controls.map((control) => {
    if (typeof control !== 'string') return control;
    const file = shipped.find(({ role, path }) => role === 'control' && path.endsWith(`/${control}.yaml`));
    if (file === undefined) throw new Error(`no shipped control ${control}`);
    return file;
  });
  // Of the event types only those that a control names: each costs time to load, in every spec.
  const named = wanted.map(({ text }) => text).join('\n');
  const isNamed = ({ path }: CatalogueFile): boolean => ALWAYS.test(path) || named.includes(path.replace(/^.*\//, '').replace(/\.yaml$/, ''));
  return [...shipped.filter((file) => file.role === 'criteria' || file.role === 'objectives' || (file.role === 'event-type' && isNamed(file))), ...wanted];
}

/** One evaluator by itself: shares the database with others, nothing else. */
class Instance {
  readonly #catalogues = new LiveCatalogues();
  readonly judging: Judging;
  readonly judgeBatch: JudgeBatch;
  readonly due: DecideDue;
  readonly liveness: DecideLiveness;
  readonly activate: ActivateCatalogue;
  readonly closing: CloseMonths;

  constructor(readonly database: Database, clock: { now(): number }) {
    const logger = createLogger('spec', process.env['SPEC_LOG'] ?? 'silent');
    this.judging = new Judging(database, this.#catalogues, clock, () => undefined);
    this.judgeBatch = new JudgeBatch(this.judging, { judged: () => undefined, deadLettered: () => undefined }, logger);
    this.due = new DecideDue(database, this.judging, { decided: () => undefined }, logger);
    this.liveness = new DecideLiveness(database, this.judging);
    this.activate = new ActivateCatalogue(this.judging, this.#catalogues, clock);
    this.closing = new CloseMonths(database);
  }

  live() {
    return this.#catalogues.current(this.database);
  }
}

interface WorldOptions {
  readonly catalogue: readonly CatalogueFile[];
  readonly feeds?: readonly FeedSpec[];
  readonly partitions?: number;
  readonly instances?: number;
}

const MAIN_FEED: FeedSpec = { name: 'main', types: ['*'] };

/** A ledger, partitions and evaluators on a clock of their own, over a real database; Kafka is played. */
export class JudgingWorld implements AsyncDisposable {
  nowMs = START_MS;
  readonly evidence: EvidenceToJudge[] = [];
  readonly logs: StoredMessage[][];
  readonly positions: number[];
  readonly #feeds = new Map<string, { readonly id: number; readonly spec: FeedSpec }>();
  #leaf = 0;

  private constructor(
    private readonly own: TestDatabase,
    readonly database: Database,
    readonly instances: readonly Instance[],
    partitions: number,
  ) {
    this.logs = Array.from({ length: partitions }, () => []);
    this.positions = Array.from({ length: partitions }, () => 0);
  }

  static async begin({ catalogue, feeds = [MAIN_FEED], partitions = 3, instances = 1 }: WorldOptions): Promise<JudgingWorld> {
    const own = await makeTestDatabase();
    const database = new Database({ url: own.url, app: 'spec', maxConnections: 12 });
    const clock = { now: () => world.nowMs };
    const all = Array.from({ length: instances }, () => new Instance(database, clock));
    const world: JudgingWorld = new JudgingWorld(own, database, all, partitions);
    for (const feed of feeds) await world.#addFeed(feed);
    await new PartitionOffsets(database).positions(TOPICS.controlEvents, partitions);
    const outcome = await world.activate(catalogue);
    if (outcome.kind === 'refused') throw new Error(JSON.stringify(outcome.faults));
    return world;
  }

  /** For whoever reads beside the evaluators. */
  get url(): string {
    return this.own.url;
  }

  /** One statement with all rights: what the application itself cannot do. */
  async asOwner(statement: string): Promise<void> {
    const client = await this.database.connect();
    try {
      await client.query(`BEGIN; SET LOCAL ROLE NONE; ${statement}; COMMIT`);
    } finally {
      client.release(true);
    }
  }

  get #first(): Instance {
    return this.instances[0] as Instance;
  }

  activate(files: readonly CatalogueFile[]): Promise<ActivationOutcome> {
    return this.#first.activate.run(files);
  }

  async #addFeed(spec: FeedSpec): Promise<void> {
    const { rows } = await this.database.query<{ id: number }>(
      `INSERT INTO feed (name, system, production, types, sources, max_silence_ms, authentication, created_at)
       VALUES ($1, $1, $2, $3, '{*}', $4, '{"kind": "bearer"}', $5) RETURNING id`,
      [spec.name, spec.production ?? true, spec.types, spec.maxSilenceMs ?? null, toInstant(START_MS)],
    );
    this.#feeds.set(spec.name, { id: rows[0]?.id ?? 0, spec });
  }

  /** A delivery without anything new: a sign of life. */
  async delivery(feed: string, receivedAtMs: number): Promise<void> {
    await this.database.query(
      `INSERT INTO delivery (id, received_at, feed_id, format, content_type, headers, sha256, accepted, repeated, ignored, rejected)
       VALUES ($1, $2, $3, 'cloudevents', 'application/json', '{}', '', 0, 0, 0, 0)`,
      [randomUUID(), toInstant(receivedAtMs), this.#feeds.get(feed)?.id],
    );
  }

  /** Accepts events in this order: leaves, and messages that wait in their partitions. */
  async accept(events: readonly EventSpec[], partitionOf: (index: number) => number = (index) => index % this.logs.length): Promise<void> {
    for (const [index, event] of events.entries()) this.publish(await this.#keep(event), partitionOf(index));
  }

  async #keep(event: EventSpec): Promise<EvidenceMessage> {
    const feed = this.#feeds.get(event.feed ?? MAIN_FEED.name);
    if (feed === undefined) throw new Error(`no feed ${event.feed ?? ''}`);
    const receivedAtMs = event.receivedAtMs ?? event.timeMs;
    const message = messageOf({ ...event, receivedAtMs }, { leafIndex: this.#leaf, feedId: feed.id, feed: feed.spec });
    this.#leaf += 1;
    await keepEvidence(this.database, message);
    await this.delivery(event.feed ?? MAIN_FEED.name, receivedAtMs);
    if (feed.spec.production !== false) this.evidence.push(toEvidence(message));
    return message;
  }

  publish(message: unknown, partition: number): void {
    const log = this.logs[partition] ?? [];
    const value = message instanceof Uint8Array ? message : Buffer.from(JSON.stringify(message));
    log.push({ offset: log.length, key: null, value });
  }

  /** The ledger's clock comes to this instant and `settle` after it, in every partition. */
  tick(clockMs: number, settleMs = 2_000): void {
    for (const ms of [clockMs, clockMs + settleMs]) {
      for (const partition of this.logs.keys()) this.publish(tickOf(ms, Math.max(0, this.#leaf - 1)), partition);
    }
  }

  /** Reads at most so many messages of a partition; `again`: from the same place, without moving on. */
  async read(partition: number, most = Infinity, instance = this.#first): Promise<BatchOutcome | undefined> {
    const position = this.positions[partition] ?? 0;
    const messages = (this.logs[partition] ?? []).slice(position, position + most);
    if (messages.length === 0) return undefined;
    const outcome = await instance.judgeBatch.run({ topic: TOPICS.controlEvents, partition, position, messages, isStale: () => false });
    if (outcome.kind === 'failed') throw outcome.error;
    this.positions[partition] = outcome.nextOffset;
    return outcome;
  }

  async readAll(): Promise<void> {
    for (const partition of this.logs.keys()) await this.read(partition);
    await this.decide();
  }

  async decide(instance = this.#first): Promise<void> {
    await instance.liveness.run();
    await instance.due.run();
  }

  /** Months that judging has passed by a day are closed. */
  closeMonths(): Promise<void> {
    return this.#first.closing.run();
  }

  /** Accepted, ticked and judged up to this instant. */
  async until(clockMs: number): Promise<void> {
    this.nowMs = clockMs;
    this.tick(clockMs);
    await this.readAll();
  }

  /** What a run from scratch over all evidence gives, by `control/check` and key. */
  async fromScratch(): Promise<ReadonlyMap<string, KeyTimeline>> {
    const live = await this.#first.live();
    const watermarkMs = await readWatermark(this.database);
    const feeds = await watchedFeeds(this.database);
    const timelines = new Map<string, KeyTimeline>();
    if (live === undefined) return timelines;
    const groups = Map.groupBy(extractPoints(this.evidence, live).points, ({ check, group }) => `${check.id} ${group}`);
    for (const points of groups.values()) {
      const [first] = points;
      if (first === undefined) continue;
      const { check, group } = first;
      const until = check.effectiveToMs === undefined ? {} : { effectiveToMs: check.effectiveToMs };
      const clock = { effectiveFromMs: check.effectiveFromMs, heardFromMs: feedsDeclareFromMs(check.compiled, feeds), ...until, ...(watermarkMs === undefined ? {} : { watermarkMs }) };
      const judged = judgeFromPoints(check.compiled, group, points.map(({ point }): Point => point), clock);
      for (const timeline of judged.keys) timelines.set(`${check.id} ${boundedKey(timeline.key)}`, { ...timeline, key: boundedKey(timeline.key) });
    }
    return timelines;
  }

  async messages(): Promise<readonly StateChangeMessage[]> {
    const { rows } = await this.database.query<{ message: StateChangeMessage }>('SELECT message FROM outbox ORDER BY id');
    return rows.map(({ message }) => message);
  }

  async states(control: string): Promise<readonly KeyState[]> {
    const { rows } = await this.database.query<{ key: string; state: number; from_at: number; to_at: number | null }>(
      `SELECT k.name AS key, s.state, s.from_at, s.to_at FROM segment s JOIN judged_check c ON c.id = s.check_id
       JOIN key_name k ON k.id = s.key_id WHERE c.control = $1 ORDER BY k.name, s.from_at, c.id`,
      [control],
    );
    const names = ['pass', 'fail', 'error', 'unknown', 'not-applicable', 'no-occurrence'];
    return rows.map((row) => ({
      key: row.key,
      state: names[row.state] ?? '?',
      from: toInstant(row.from_at),
      ...(row.to_at === null ? {} : { to: toInstant(row.to_at) }),
    }));
  }

  async deviations(): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const { rows } = await this.database.query<Record<string, unknown>>(
      `SELECT k.name AS key, d.control, d.status, d.occurred_at, d.occurred_until, d.remediated_at, d.evidence_ids FROM deviation d
       JOIN key_name k ON k.id = d.key_id ORDER BY d.occurred_at, d.id`,
    );
    return rows.map(({ occurred_at, occurred_until, remediated_at, evidence_ids: _evidence, ...row }) => ({
      ...row,
      ...times({ occurred: occurred_at, until: occurred_until, remediated: remediated_at }),
    }));
  }

  async gaps(): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const { rows } = await this.database.query<Record<string, unknown>>(
      `SELECT cause, control, key_name, status, from_at, to_at FROM gap WHERE known_to IS NULL ORDER BY from_at, id`,
    );
    return rows.map(({ from_at, to_at, control, key_name, ...row }) => ({
      ...row,
      ...(control === null ? {} : { control }),
      ...(key_name === null ? {} : { key: key_name }),
      ...times({ from: from_at, to: to_at }),
    }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.database.close();
    await this.own.drop();
  }
}

function times(columns: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(columns).flatMap(([name, ms]) => (typeof ms === 'number' ? [[name, toInstant(ms)]] : [])));
}
