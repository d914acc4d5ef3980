import { loadDraft } from '@tickmark/catalogue';
import { kindById } from '@tickmark/evaluation';
import {
  addJudgedCheck, endedShadows, faultOf, lockActivation, lockWaitingShadow, readActivation, readActiveVersion, readShadows, removeShadow,
  startShadow, stopShadow,
} from '@tickmark/persistence';
import type { Database, Queryable, Shadow } from '@tickmark/persistence';
import type { Clock, Logger } from '@tickmark/platform';
import { liveCatalogue } from '../catalogue/live-catalogue.js';
import type { LiveCatalogue } from '../catalogue/live-catalogue.js';
import type { LiveCatalogues } from '../catalogue/read-live-catalogue.js';
import { judgeHeartbeats } from '../judging/heartbeats.js';
import type { Judging } from '../judging/judging.js';
import { seedChecks } from '../judging/seed-checks.js';

interface RunShadowsParts {
  readonly database: Database;
  readonly judging: Judging;
  readonly catalogues: LiveCatalogues;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Takes up drafts that wait, by the path of an activation: judging waits meanwhile, and every instance judges the draft
 * from the same event on. Removes what a dropped one left.
 */
export class RunShadows {
  constructor(private readonly parts: RunShadowsParts) {}

  async run(): Promise<void> {
    const { database, logger } = this.parts;
    for (const shadow of await readShadows(database)) {
      if (shadow.startedAtMs !== undefined || shadow.trouble !== undefined) continue;
      await this.#start(shadow);
      logger.info({ shadow: shadow.id, control: shadow.control }, 'a draft is judged beside the live control');
    }
    for (const shadow of await endedShadows(database)) {
      // Batches that still judged it have ended when this lock is ours.
      await database.transaction(lockActivation);
      await removeShadow(database, shadow);
      logger.info({ shadow: shadow.id, control: shadow.control }, 'what a dropped draft left is removed');
    }
  }

  async #start(shadow: Shadow): Promise<void> {
    const { database, judging } = this.parts;
    try {
      await judging.runWith((transaction) => this.#begin(transaction, shadow), async (unit) => {
        const checks = [...unit.catalogue.checks.values()].filter(({ shadowId }) => shadowId === shadow.id);
        if (checks.length === 0) return;
        await seedChecks(unit, checks);
        await judgeHeartbeats(unit);
      });
    } catch (error) {
      if (['unavailable', 'retry'].includes(faultOf(error))) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      await database.transaction((transaction) => stopShadow(transaction, shadow.id, reason));
    }
  }

  async #begin(transaction: Queryable, { id }: Shadow): Promise<LiveCatalogue> {
    await lockActivation(transaction);
    const waiting = await lockWaitingShadow(transaction, id);
    const version = await readActiveVersion(transaction);
    if (waiting === undefined || version === undefined) return liveCatalogue(version ?? 0, []);
    const { draft } = loadDraft((await readActivation(transaction, waiting.activation))?.files ?? [], waiting.yaml, kindById);
    if (draft === undefined) throw new Error('the draft no longer loads with the event types of its time');
    const effectiveFromMs = this.parts.clock.now();
    const { id: control, logicHash, checks } = draft.control;
    const checkIds: number[] = [];
    for (const { name, kind } of checks) {
      checkIds.push(await addJudgedCheck(transaction, { control, name, kind, logicHash, effectiveFromMs, activation: waiting.activation, shadowId: id }));
    }
    await startShadow(transaction, id, { startedAtMs: effectiveFromMs, checkIds });
    return this.parts.catalogues.read(transaction, version);
  }
}
