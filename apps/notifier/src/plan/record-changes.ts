import { planNotices, releaseDue, touchedBy } from '@tickmark/alerting';
import type { DigestTiming, PlanContext, Routing } from '@tickmark/alerting';
import type { StateChangeMessage } from '@tickmark/contracts';
import { databaseNow, isDemoLedger, lockDueGroups, lockOnRecord, savePlan } from '@tickmark/persistence';
import type { Queryable } from '@tickmark/persistence';
import type { Clock } from '@tickmark/platform';
import type { KnownControls } from '../known-controls.js';

export const READER = 'notifier';
const GROUPS_AT_ONCE = 100;

export interface PlanSettings {
  readonly routing: Routing;
  readonly consoleUrl: string;
  readonly digest: DigestTiming;
  /** Instead of the database's time: a story has its own. */
  readonly clock?: Clock;
}

/** Runs the pure plan over the record, within the caller's transaction. Answers the ids of new notices. */
export class RecordChanges {
  #demo: boolean | undefined;

  constructor(
    private readonly settings: PlanSettings,
    private readonly controls: KnownControls,
  ) {}

  async plan(transaction: Queryable, messages: readonly StateChangeMessage[]): Promise<readonly string[]> {
    const touched = touchedBy(messages, this.settings.routing);
    if (touched.messageKeys.length === 0) return [];
    const { onRecord, nowMs } = await lockOnRecord(transaction, touched, READER);
    return savePlan(transaction, planNotices(messages, onRecord, await this.#context(transaction, this.settings.clock?.now() ?? nowMs)), READER);
  }

  /** Tells what waited long enough. */
  async release(transaction: Queryable): Promise<readonly string[]> {
    const nowMs = this.settings.clock?.now() ?? (await databaseNow(transaction));
    const onRecord = await lockDueGroups(transaction, nowMs, GROUPS_AT_ONCE);
    if (onRecord.groups.size === 0) return [];
    return savePlan(transaction, releaseDue(onRecord, await this.#context(transaction, nowMs)), READER);
  }

  async #context(transaction: Queryable, nowMs: number): Promise<PlanContext> {
    await this.controls.refresh(transaction);
    this.#demo ??= await isDemoLedger(transaction);
    return { ...this.settings, lookup: this.controls.lookup, demo: this.#demo, nowMs };
  }
}
