import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { toInstant } from '@tickmark/contracts';
import { BundleRepository, EngagementRepository, TreeDamaged, recordAudit } from '@tickmark/persistence';
import type { BundleStatus, Database, StoredBundle } from '@tickmark/persistence';
import { HttpProblem, newId, retryAfter } from '@tickmark/platform';
import type { Clock, Logger } from '@tickmark/platform';
import { instantOrNull } from '../http/query.js';
import type { Input } from '../http/route.js';
import { BundleFiles } from './bundle-files.js';
import type { downloadBundle, listBundles, makeBundle, showBundle } from './bundles.routes.js';
import { fileNameOf } from './file-name-of.js';
import { BUNDLE_BOUNDS, BundleTooLarge, packBundle } from './pack-bundle.js';
import type { BundleBounds } from './pack-bundle.js';
import { planBundle } from './plan-bundle.js';
import type { BundlePlan } from './plan-bundle.js';

interface Job {
  readonly id: string;
  readonly engagementId: string;
  readonly revision: number;
}

interface Running extends Job {
  readonly stop: AbortController;
  status: BundleStatus;
  progress: number;
  detail: string | undefined;
}

export interface SealPatience {
  readonly everyMs: number;
  readonly mostMs: number;
}

export interface BundleParts {
  readonly database: Database;
  readonly entity: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long a bundle waits for a checkpoint. */
  readonly patience?: SealPatience | undefined;
  readonly bounds?: BundleBounds | undefined;
}

const WAITING_MOST = 5;
const TRY_AGAIN_MS = 30_000;
const TELL_EVERY_MS = 1_000;
const LONGEST_MS = 60 * 60_000;
/** Sealing comes round at least once a minute. */
const PATIENCE: SealPatience = { everyMs: 1_000, mostMs: 5 * 60_000 };

class NotPossible extends Error {
  override readonly name = 'NotPossible';
}

/** One bundle at a time and a few that wait: packing the past must not hold up the present. */
export class Bundles {
  private readonly repository: BundleRepository;
  private waiting: Job[] = [];
  private running: Running | undefined;
  private stopped = false;

  constructor(private readonly parts: BundleParts) {
    this.repository = new BundleRepository(parts.database);
  }

  async make({ params, body, principal }: Input<typeof makeBundle>) {
    const { database, clock, entity } = this.parts;
    const engagements = new EngagementRepository(database);
    const engagement = await engagements.byId(params.id);
    if (engagement === undefined) throw new HttpProblem(404, 'There is no engagement with this id.');
    const { revision } = body;
    if (!(await engagements.revisions(engagement.id)).some((one) => one.revision === revision)) {
      throw new HttpProblem(404, 'There is no such revision; freeze one, or GET the engagement to see them.');
    }
    if (this.stopped || this.waiting.length >= WAITING_MOST) {
      throw new HttpProblem(429, `One bundle is being made and ${WAITING_MOST} wait; try again when one is done.`, { headers: retryAfter(TRY_AGAIN_MS) });
    }
    const job: Job = { id: newId(clock.now()), engagementId: engagement.id, revision };
    this.waiting.push(job);
    try {
      await this.repository.add({ ...job, fileName: fileNameOf(engagement.definition, entity), createdBy: principal.actor });
      await recordAudit(database, { actor: principal.actor, action: 'bundle.asked', detail: { bundle: job.id, engagement: engagement.id, revision } });
    } catch (error) {
      this.waiting = this.waiting.filter(({ id }) => id !== job.id);
      throw error;
    }
    this.next();
    return { id: job.id, status: 'queued' as const, progress: 0 };
  }

  async show({ params }: Input<typeof showBundle>) {
    return this.answer(await this.find(params.id));
  }

  async list({ params }: Input<typeof listBundles>) {
    const { database } = this.parts;
    if ((await new EngagementRepository(database).byId(params.id)) === undefined) throw new HttpProblem(404, 'There is no engagement with this id.');
    return { items: (await this.repository.ofEngagement(params.id)).map((one) => this.answer(one)), nextCursor: null };
  }

  async download({ params }: Input<typeof downloadBundle>) {
    const { id, status, fileName, bytes, sha256 } = await this.find(params.id);
    if (status !== 'done' || bytes === undefined || sha256 === undefined) throw new HttpProblem(409, `This bundle is not there to be downloaded: it is ${status}.`, { title: 'Not done' });
    return { fileName, bytes, sha256, stream: Readable.from(this.whole(id, bytes)) };
  }

  /** What is being made and what waits is not finished by anybody: it is said so. */
  async stop(): Promise<void> {
    this.stopped = true;
    const ids = [...(this.running === undefined ? [] : [this.running.id]), ...this.waiting.map(({ id }) => id)];
    this.waiting = [];
    this.running?.stop.abort();
    if (ids.length > 0) await this.repository.end(ids, 'interrupted', 'the console was stopped');
  }

  private answer(bundle: StoredBundle) {
    const told = this.running?.id === bundle.id && bundle.status !== 'done' ? this.running : bundle;
    return {
      ...{ id: bundle.id, engagement: bundle.engagementId, revision: bundle.revision, fileName: bundle.fileName },
      ...{ status: told.status, progress: told.progress, detail: told.detail ?? null, bytes: bundle.bytes ?? null, sha256: bundle.sha256 ?? null },
      ...{ createdAt: toInstant(bundle.createdAtMs), createdBy: bundle.createdBy, finishedAt: instantOrNull(bundle.finishedAtMs) },
    };
  }

  /** A bundle that made room while it was read breaks off: its length tells. */
  private async *whole(id: string, bytes: number): AsyncGenerator<Buffer> {
    let read = 0;
    for await (const piece of this.repository.chunks(id)) {
      read += piece.length;
      yield piece;
    }
    if (read !== bytes) throw new Error(`of the bundle ${id} ${read} bytes are kept and not ${bytes}`);
  }

  private async find(id: string): Promise<StoredBundle> {
    const found = await this.repository.find(id);
    if (found === undefined) throw new HttpProblem(404, 'There is no bundle with this id; the last twenty are kept.');
    return found;
  }

  private next(): void {
    if (this.running !== undefined || this.stopped) return;
    const job = this.waiting.shift();
    if (job === undefined) return;
    const running: Running = { ...job, stop: new AbortController(), status: 'running', progress: 0, detail: undefined };
    this.running = running;
    void this.run(running).finally(() => {
      this.running = undefined;
      this.next();
    });
  }

  private async run(running: Running): Promise<void> {
    const { logger } = this.parts;
    const tell = setInterval(() => this.tell(running), TELL_EVERY_MS);
    const tooLong = setTimeout(() => running.stop.abort(new Error('too long')), LONGEST_MS);
    try {
      await this.pack(running, await this.planned(running));
    } catch (error) {
      if (this.stopped) return;
      await this.repository.end([running.id], 'failed', this.reasonOf(error, running)).catch((ending: unknown) => logger.error({ err: ending, bundle: running.id }, 'the end of a bundle was not recorded'));
    } finally {
      clearInterval(tell);
      clearTimeout(tooLong);
    }
  }

  private reasonOf(error: unknown, { id, stop }: Running): string {
    if (error instanceof NotPossible || error instanceof BundleTooLarge) return error.message;
    this.parts.logger.error({ err: error, bundle: id }, 'a bundle failed');
    if (error instanceof TreeDamaged) return `the ledger is damaged: ${error.message}`;
    return stop.signal.aborted ? `it took longer than ${LONGEST_MS / 60_000} minutes` : 'something went wrong on our side; the log has the details';
  }

  /** Waits until a checkpoint covers the freeze. */
  private async planned(running: Running): Promise<BundlePlan> {
    const { database, patience = PATIENCE } = this.parts;
    const { engagementId, revision, stop } = running;
    for (let waitedMs = 0; ; waitedMs += patience.everyMs) {
      const planned = await planBundle(database, engagementId, revision);
      if (planned.kind === 'impossible') throw new NotPossible(planned.why);
      Object.assign(running, planned.kind === 'planned' ? { status: 'running', detail: undefined } : { status: 'waiting-for-seal', detail: planned.what });
      if (planned.kind === 'planned') return planned.plan;
      if (waitedMs >= patience.mostMs) throw new NotPossible(`${planned.what}, after ${Math.round(patience.mostMs / 1_000)} s; is sealer at work?`);
      await this.repository.tell(running.id, running);
      await pause(patience.everyMs, undefined, { signal: stop.signal });
    }
  }

  private async pack(running: Running, plan: BundlePlan): Promise<void> {
    const { database, bounds = BUNDLE_BOUNDS } = this.parts;
    const { id, stop } = running;
    await this.repository.tell(id, running);
    const files = new BundleFiles(database, plan, (share) => (running.progress = Math.max(running.progress, Math.min(0.99, share))));
    let ordinal = 0;
    const packed = await packBundle({
      files: files.all(),
      manifest: (listed, whole) => files.manifest(listed, whole),
      keep: async (piece) => this.repository.addChunk(id, ordinal++, piece),
      most: bounds,
      signal: stop.signal,
    });
    await this.repository.finish(id, packed);
  }

  private tell(running: Running): void {
    const waiting = this.waiting.map((one) => one.id);
    const told = Promise.all([this.repository.tell(running.id, running), this.repository.stillWait(waiting)]);
    void told.catch((error: unknown) => this.parts.logger.warn({ err: error }, 'the progress of a bundle was not recorded'));
  }
}
