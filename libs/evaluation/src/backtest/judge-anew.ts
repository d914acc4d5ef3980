import { deriveDeviations } from '../deviations.js';
import { judgeFromPoints } from '../judge-from-points.js';
import type { Blindness, CompiledCheck, DeviationRecord, JudgedEvent, Judgement, JudgingContext, KeyTimeline, Point, Segment } from '../model.js';
import { overlay, type Need } from '../overlay.js';
import type { KeySide } from './model.js';

interface Options {
  readonly checks: readonly CompiledCheck[];
  readonly clock: JudgingContext;
  /** Since when a feed declares what the check needs; absent: always. */
  readonly heardFromMs?: (check: CompiledCheck) => number;
  /** A group's or key's name as the record has it. */
  readonly nameOf: (name: string) => string;
  /** Groups that are judged in this run; others are left for another one. */
  readonly wants: (group: string) => boolean;
}

interface Taken {
  readonly judged: Point[];
  /** Of evidence that the record may not have yet. */
  readonly onItsWay: Point[];
}

/**
 * Judges a control anew over evidence that is given in any order: what each check takes is kept by group, everything else
 * is let go. By the same extract and judge as live.
 */
export class JudgeAnew {
  readonly #taken: ReadonlyMap<CompiledCheck, Map<string, Taken>>;
  readonly #byType = new Map<string, readonly CompiledCheck[]>();

  constructor(private readonly options: Options) {
    this.#taken = new Map(options.checks.map((check) => [check, new Map<string, Taken>()]));
    for (const check of options.checks) {
      for (const type of new Set(check.inputTypes.values())) this.#byType.set(type, [...(this.#byType.get(type) ?? []), check]);
      for (const group of check.expectedGroups()) this.#of(check, options.nameOf(group));
    }
  }

  add(event: JudgedEvent, { onItsWay = false } = {}): void {
    for (const check of this.#byType.get(event.type) ?? []) {
      for (const extraction of check.extract(event)) {
        if (extraction.kind !== 'point') continue;
        const taken = this.#of(check, this.options.nameOf(extraction.group));
        taken?.[onItsWay ? 'onItsWay' : 'judged'].push(extraction.point);
      }
    }
  }

  groupsOf(check: CompiledCheck): readonly string[] {
    return [...(this.#taken.get(check)?.keys() ?? [])];
  }

  /** Whether the group has evidence that the record may not have yet. */
  isOnItsWay(check: CompiledCheck, group: string): boolean {
    return (this.#taken.get(check)?.get(group)?.onItsWay.length ?? 0) > 0;
  }

  judge(check: CompiledCheck, group: string, how: { readonly withOnItsWay?: boolean; readonly population?: JudgingContext['population'] } = {}): Judgement {
    const { judged = [], onItsWay = [] } = this.#taken.get(check)?.get(group) ?? {};
    const points = how.withOnItsWay === true ? [...judged, ...onItsWay] : judged;
    const heardFromMs = this.options.heardFromMs?.(check);
    const clock = { ...this.options.clock, ...(heardFromMs === undefined ? {} : { heardFromMs }), ...(how.population === undefined ? {} : { population: how.population }) };
    const judgement = judgeFromPoints(check, group, points, clock);
    return { ...judgement, keys: judgement.keys.map((timeline) => ({ ...timeline, key: this.options.nameOf(timeline.key) })) };
  }

  #of(check: CompiledCheck, group: string): Taken | undefined {
    if (!this.options.wants(group)) return undefined;
    const groups = this.#taken.get(check);
    const known = groups?.get(group);
    if (known !== undefined) return known;
    const taken: Taken = { judged: [], onItsWay: [] };
    groups?.set(group, taken);
    return taken;
  }
}

/** Stretches in which expressions of the check failed are blindness of its own. */
export const blindnessOfErrors = (check: string, { errors }: Judgement): readonly Blindness[] =>
  errors.map(({ key, fromMs, toMs }) => ({ cause: 'check-error', check, key, fromMs, ...(toMs === undefined ? {} : { toMs }) }));

interface SideContext {
  readonly need: Need;
  readonly blindness: readonly Blindness[];
  /** Deviations on record of this key: those that are the same keep their ids. */
  readonly previous: readonly DeviationRecord[];
  readonly watermarkMs: number;
  readonly settleMs: number;
  readonly effectiveFromMs: number;
}

/** A key judged anew as it would be read: blindness laid over, with the deviations that the record would then have. */
export function anewSide(timeline: KeyTimeline, context: SideContext): KeySide {
  return { segments: overlay(livedSegments(timeline), context.blindness, context.need), deviations: anewDeviations(timeline, context) };
}

function anewDeviations({ key, failures }: KeyTimeline, { need, blindness, previous, watermarkMs, settleMs, effectiveFromMs }: SideContext): readonly DeviationRecord[] {
  if (failures.length === 0 && previous.length === 0) return [];
  let count = 0;
  const newId = (): string => `new-${(count += 1)}`;
  const sight = { blindness, need, watermarkMs, settleMs };
  const { changes } = deriveDeviations({ check: need.check, key, previous, failures, sight, nowMs: watermarkMs, newId, effectiveFromMs });
  const records = new Map(previous.map((record) => [record.id, record]));
  for (const { record } of changes) records.set(record.id, record);
  return [...records.values()];
}

/** A key that ended has no segment after its end. */
function livedSegments({ segments, retiredAtMs = Infinity }: KeyTimeline): readonly Segment[] {
  return segments.flatMap((segment) => {
    if (segment.fromMs >= retiredAtMs) return [];
    return (segment.toMs ?? Infinity) > retiredAtMs ? [{ ...segment, toMs: retiredAtMs }] : [segment];
  });
}
