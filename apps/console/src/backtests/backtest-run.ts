import { setImmediate as turn } from 'node:timers/promises';
import { anewSide, BacktestTally, blindnessOfErrors, clip, compareKey, feedsDeclareFromMs, JudgeAnew } from '@tickmark/evaluation';
import type { BacktestComparison, Blindness, ComparedKey, ComparedPeriod, CompiledCheck, JudgingContext, KeyTimeline } from '@tickmark/evaluation';
import { boundedKey, streamEvidence } from '@tickmark/persistence';
import { feedsNeededBy, watchedFeed } from '../judged/view.js';
import type { View } from '../judged/view.js';
import type { Candidate } from './candidate.js';
import { PopulationsAnew } from './populations-anew.js';
import { recordedKeys, sideOf } from './recorded-keys.js';
import type { RecordedKeys } from './recorded-keys.js';
import type { BacktestRequest } from './backtest-request.js';
import { unhurried } from './unhurried.js';

interface Parts {
  readonly view: View;
  readonly candidate: Candidate;
  readonly request: BacktestRequest;
  readonly untilMs: number;
  readonly types: readonly string[];
  readonly events: number;
  readonly progress: (share: number) => void;
  /** In how many runs the groups are judged. */
  readonly shares: number;
}

/** A check of the candidate with what lies over all its keys. */
interface Compared {
  readonly check: CompiledCheck;
  readonly recorded: RecordedKeys;
  readonly blindness: readonly Blindness[];
  readonly feedIds: readonly number[];
}

export class BacktestRun {
  readonly period: ComparedPeriod;
  readonly onRecord: boolean;
  readonly #clock: JudgingContext & { readonly watermarkMs: number };
  readonly #populations: PopulationsAnew;
  /** Of feeds: what lies over both sides alike. */
  readonly #blindness: readonly Blindness[];
  readonly #settleMs: number;
  #seen = 0;

  constructor(private readonly parts: Parts) {
    const { view, candidate, request, untilMs } = parts;
    const { control, checks } = candidate;
    const versions = view.checks.filter((check) => check.control === control.id);
    this.onRecord = versions.length > 0;
    const writtenMs = Date.parse(`${control.effectiveFrom}T00:00:00Z`);
    // From when a control was in force is the record's to say; one that never was is judged as if it had been.
    const effectiveFromMs = this.onRecord ? Math.min(...versions.map((version) => version.effectiveFromMs)) : Math.min(writtenMs, request.fromMs);
    const fromMs = Math.max(request.fromMs, effectiveFromMs);
    this.period = { fromMs, toMs: Math.max(fromMs, Math.min(request.toMs, untilMs)) };
    this.#clock = { effectiveFromMs, watermarkMs: untilMs };
    this.#populations = new PopulationsAnew(control.id, checks, this.#clock, boundedKey);
    this.#blindness = view.blindness.filter(({ check }) => check === undefined);
    this.#settleMs = Math.max(0, ...[...view.feeds.values()].map(({ settleMs }) => settleMs));
  }

  async compare(): Promise<BacktestComparison> {
    const { shares } = this.parts;
    const tally = new BacktestTally(this.period);
    if (this.#populations.isNeeded) for (let share = 0; share < shares; share += 1) await this.#populations.addLives(await this.#take(share, { counts: true }));
    for (let share = 0; share < shares; share += 1) await this.#compareShare(await this.#take(share, { counts: false }), share, tally);
    return tally.comparison();
  }

  /** All evidence goes by; what the groups of the share take from it is kept. */
  async #take(share: number, { counts }: { readonly counts: boolean }): Promise<JudgeAnew> {
    const { view, candidate, types } = this.parts;
    const checks = candidate.checks.filter(({ population }) => population === undefined);
    const anew = new JudgeAnew({ checks, clock: this.#clock, heardFromMs: (check) => feedsDeclareFromMs(check, view.feeds.values()), nameOf: boundedKey, wants: (group) => this.#isOf(share, group) });
    const { judgedLeafIndex = -1 } = view.progress;
    for await (const page of streamEvidence(view.snapshot, types)) {
      for (const { event, judged, leafIndex } of page) {
        if (!judged) continue;
        anew.add(event, { onItsWay: leafIndex > judgedLeafIndex });
        if (counts && share === 0) this.#populations.add(event);
      }
      this.#told(page.length);
      await turn();
    }
    return anew;
  }

  #told(events: number): void {
    const { shares, progress } = this.parts;
    const rounds = this.#populations.isNeeded ? 2 * shares : shares;
    this.#seen += events;
    progress(Math.min(0.99, this.#seen / Math.max(1, this.parts.events * rounds)));
  }

  #isOf(share: number, group: string): boolean {
    return this.parts.shares === 1 || shareOf(group, this.parts.shares) === share;
  }

  async #compareShare(anew: JudgeAnew, share: number, tally: BacktestTally): Promise<void> {
    const { candidate, view } = this.parts;
    const control = candidate.control.id;
    const onRecord = view.checks.filter((check) => check.control === control);
    for (const name of new Set([...candidate.checks, ...onRecord].map((check) => check.name))) {
      const recorded = await recordedKeys(view, { control, check: name, ...this.period, wants: (group) => this.#isOf(share, group) });
      const check = candidate.checks.find((one) => one.name === name);
      const add = (compared: readonly ComparedKey[]): void => {
        for (const one of compared) tally.add(one);
        for (const { key } of compared) recorded.delete(key);
      };
      if (check !== undefined && check.population === undefined) await this.#compareCheck(anew, share, { compared: this.#lying(check, recorded), add });
      for (const [key, before] of recorded) tally.add({ check: name, key, before: sideOf(before) });
    }
  }

  #lying(check: CompiledCheck, recorded: RecordedKeys): Compared {
    const blindness = [...this.#blindness, ...this.#populations.blindnessOf(check.name)];
    return { check, recorded, blindness, feedIds: feedsNeededBy(check, this.parts.view.feeds.values()).map(({ feedId }) => feedId) };
  }

  async #compareCheck(anew: JudgeAnew, share: number, { compared, add }: { readonly compared: Compared; readonly add: (keys: readonly ComparedKey[]) => void }): Promise<void> {
    const { check } = compared;
    for (const timeline of this.#watched(check)) {
      if (this.#isOf(share, timeline.key)) add([this.#comparedKey(compared, { timeline, group: timeline.key, errors: [] })]);
    }
    for await (const group of unhurried(anew.groupsOf(check))) {
      const settled = this.#comparedGroup(compared, anew, { group, withOnItsWay: false });
      if (!anew.isOnItsWay(check, group) || !this.#differs(settled)) {
        add(settled);
        continue;
      }
      // The record may be ahead of what it says of itself: evidence on its way is no difference of the control.
      const ahead = this.#comparedGroup(compared, anew, { group, withOnItsWay: true });
      add(this.#differs(ahead) ? settled : ahead);
    }
  }

  #differs(keys: readonly ComparedKey[]): boolean {
    return keys.some((one) => compareKey(one, this.period) !== undefined);
  }

  #watched(check: CompiledCheck): readonly KeyTimeline[] {
    const { judgeFeed } = check;
    if (judgeFeed === undefined) return [];
    return feedsNeededBy(check, this.parts.view.feeds.values()).map((feed) => judgeFeed(watchedFeed(feed), this.#clock));
  }

  #comparedGroup(compared: Compared, anew: JudgeAnew, { group, withOnItsWay }: { readonly group: string; readonly withOnItsWay: boolean }): readonly ComparedKey[] {
    const judgement = anew.judge(compared.check, group, { withOnItsWay });
    const errors = blindnessOfErrors(this.#ref(compared.check), judgement);
    return judgement.keys.map((timeline) => this.#comparedKey(compared, { timeline, group, errors }));
  }

  #comparedKey({ check, recorded, blindness, feedIds }: Compared, { timeline, group, errors }: OfKey): ComparedKey {
    const { key } = timeline;
    const before = recorded.get(key);
    const need = { check: this.#ref(check), key, group, feedIds };
    const context = { need, blindness: [...blindness, ...errors], previous: before?.deviations ?? [], ...this.#clock, settleMs: this.#settleMs };
    const { segments, deviations } = anewSide(timeline, context);
    const after = { segments: clip(segments, this.period.fromMs, this.period.toMs), deviations };
    return { check: check.name, key, after, ...(before === undefined ? {} : { before: sideOf(before) }) };
  }

  #ref({ name }: CompiledCheck): string {
    return `${this.parts.candidate.control.id}/${name}`;
  }
}

interface OfKey {
  readonly timeline: KeyTimeline;
  readonly group: string;
  readonly errors: readonly Blindness[];
}

/** The same group falls into the same share on both sides. */
function shareOf(group: string, shares: number): number {
  let hash = 0;
  for (let at = 0; at < group.length; at += 1) hash = (Math.imul(hash, 31) + group.charCodeAt(at)) >>> 0;
  return hash % shares;
}
