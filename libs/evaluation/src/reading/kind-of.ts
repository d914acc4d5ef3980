import type { CheckDefinition, ControlDefinition, EventType } from '@tickmark/catalogue';
import type { State } from '@tickmark/contracts';
import type { ZodType } from 'zod';
import { foldPoints, type Fold } from '../folding/fold.js';
import type { CompiledCheck, JudgedEvent, Judgement, JudgingContext, Kind, Point } from '../model.js';
import { CheckReader } from './check-reader.js';
import { extractAs, type Role } from './role.js';

/** What a kind makes of a check. */
interface Prepared {
  readonly roles: readonly Role[];
  /** Where it reads types without events of them playing a part. */
  readonly inputTypes?: ReadonlyMap<string, string>;
  readonly neededTypes: readonly string[];
  readonly expected?: readonly string[];
  readonly population?: string;
  readonly judgeFeed?: CompiledCheck['judgeFeed'];
  /** Judges by folding … */
  readonly fold?: (group: string) => Fold;
  /** … or, where what it counts is not its own, from all points anew. */
  readonly judgeAll?: (points: readonly Point[], clock: JudgingContext) => Judgement;
}

interface KindParts<Spec> {
  readonly id: string;
  readonly timing: CompiledCheck['timing'];
  readonly schema: ZodType<Spec>;
  /** Of every check of this kind, whatever it says. */
  readonly reachable: readonly State[];
  /** Whether a check that says this can leave a key out, where more than `retire` can. */
  readonly leavesOut?: (spec: Spec, control: ControlDefinition) => boolean;
  /** Reads the whole check; what is wrong goes to the reader's faults. */
  prepare(reader: CheckReader, spec: Spec): Prepared;
}

const NOTHING: Judgement = { keys: [], errors: [], incomplete: [], snapshots: [] };

export function kindOf<Spec>(parts: KindParts<Spec>): Kind {
  const read = (reader: CheckReader): Prepared | undefined => {
    const spec = reader.spec(parts.schema);
    return spec === undefined ? undefined : parts.prepare(reader, spec);
  };
  return {
    id: parts.id,
    schema: parts.schema,
    reachable: parts.reachable,
    reachableBy(control, check) {
      const spec = parts.schema.safeParse(check.spec);
      const ends = check.spec['retire'] !== undefined || (spec.success && parts.leavesOut?.(spec.data, control) === true);
      return ends ? [...parts.reachable, 'not-applicable'] : parts.reachable;
    },
    validate(control, check, types) {
      const reader = new CheckReader(control, check, types);
      read(reader);
      return reader.faults;
    },
    compile(control, check, types, trace) {
      const reader = new CheckReader(control, check, types, trace);
      const prepared = read(reader);
      const [fault] = reader.faults;
      if (prepared !== undefined && fault === undefined) return compiled(parts, prepared, { control, check, types });
      throw new Error(`check ${check.name} of control ${control.id} was not validated: ${fault?.message ?? ''}`);
    },
  };
}

interface Definition {
  readonly control: ControlDefinition;
  readonly check: CheckDefinition;
  readonly types: ReadonlyMap<string, EventType>;
}

function compiled<Spec>(parts: KindParts<Spec>, prepared: Prepared, { control, check }: Definition): CompiledCheck {
  const byType = new Map<string, Role[]>();
  for (const role of prepared.roles) byType.set(role.type, [...(byType.get(role.type) ?? []), role]);
  const { neededTypes, population, judgeFeed, fold, judgeAll } = prepared;
  return {
    control,
    name: check.name,
    kind: parts.id,
    timing: parts.timing,
    inputTypes: prepared.inputTypes ?? new Map(prepared.roles.map(({ alias, type }) => [alias, type])),
    neededTypes,
    ...(population === undefined ? {} : { population }),
    ...(judgeFeed === undefined ? {} : { judgeFeed }),
    extract: (event: JudgedEvent) => (byType.get(event.type) ?? []).map((role) => extractAs(role, event, control.params)),
    expectedGroups: () => prepared.expected ?? [],
    judge(group, carry, points, clock) {
      if (judgeAll !== undefined) return judgeAll(points, clock);
      return fold === undefined ? NOTHING : foldPoints(group, fold(group), { carry, points, clock });
    },
  };
}
