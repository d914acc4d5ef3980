import { describe, expect, it } from '@jest/globals';
import type { StateChangeMessage } from '@tickmark/contracts';
import fc from 'fast-check';
import type { OnRecord, PlanContext } from './desk.js';
import { NOW_MS, blank, context, deviationMessage, written } from './messages.testkit.js';
import type { PlannedNotice } from './notice.js';
import { planNotices } from './plan.js';
import { releaseDue } from './release.js';
import { everythingTo } from './routing.js';

type Transition = 'opened' | 'closed' | 'withdrawn';
interface Step {
  readonly deviation: number;
  readonly transition: Transition;
  readonly combined: boolean;
  readonly backfill: boolean;
}

const NEXT: Readonly<Record<Transition | 'none', readonly Transition[]>> = {
  none: ['opened'],
  opened: ['closed', 'withdrawn'],
  closed: ['withdrawn', 'opened'],
  withdrawn: ['opened'],
};

/** Lives of up to four deviations, interleaved; each message with its place in the outbox. */
const lives: fc.Arbitrary<readonly StateChangeMessage[]> = fc
  .array(fc.record({ deviation: fc.nat(3), choice: fc.nat(1), combined: fc.boolean(), backfill: fc.boolean() }), { maxLength: 24 })
  .map((steps) => {
    const state = new Map<number, Transition>();
    const messages: StateChangeMessage[] = [];
    const push = (step: Step) => {
      state.set(step.deviation, step.transition);
      const { deviation, combined, backfill } = step;
      const id = `d${deviation}`;
      messages.push(deviationMessage(step.transition, { id, key: id, combined, backfill, sequence: messages.length + 1 }));
    };
    for (const { deviation, choice, combined, backfill } of steps) {
      const options = NEXT[state.get(deviation) ?? 'none'];
      const transition = options[choice % options.length]!;
      const both = combined && transition === 'opened';
      push({ deviation, transition, combined: both, backfill });
      if (both) push({ deviation, transition: 'closed', combined: true, backfill });
    }
    return messages;
  });

const routing = everythingTo({ name: 'first', channels: { webhook: {}, email: {} } });
const timings = fc.constantFrom(
  { holdMs: 0, groupWaitMs: 0, groupIntervalMs: 0 },
  { holdMs: 60_000, groupWaitMs: 0, groupIntervalMs: 0 },
  { holdMs: 0, groupWaitMs: 60_000, groupIntervalMs: 300_000 },
);
const contexts: fc.Arbitrary<PlanContext> = timings.map((timing) =>
  context({ routing: { ...routing, root: { ...routing.root!, ...timing } } }),
);

interface Run {
  readonly record: OnRecord;
  readonly notices: readonly PlannedNotice[];
}

function run(batches: readonly (readonly StateChangeMessage[])[], at: PlanContext, from: Run = { record: blank, notices: [] }): Run {
  return batches.reduce<Run>(({ record, notices }, batch) => {
    const plan = planNotices(batch, record, at);
    return { record: written(record, plan), notices: [...notices, ...plan.notices] };
  }, from);
}

function releaseAll({ record, notices }: Run, at: PlanContext): Run {
  const plan = releaseDue(record, { ...at, nowMs: NOW_MS + 86_400_000 });
  return { record: written(record, plan), notices: [...notices, ...plan.notices] };
}

function cut<T>(items: readonly T[], places: readonly number[]): readonly (readonly T[])[] {
  const at = [...new Set(places.map((place) => place % (items.length + 1)))].sort((left, right) => left - right);
  return [0, ...at].map((from, index) => items.slice(from, at[index] ?? items.length));
}

const sortedNotices = ({ notices }: Run) => notices.map(({ dedupKey, body }) => ({ dedupKey, body })).sort((left, right) => (left.dedupKey < right.dedupKey ? -1 : 1));

describe('laws of the plan', () => {
  it('is independent of how the messages are cut into batches', () => {
    fc.assert(
      fc.property(lives, fc.array(fc.nat(30), { maxLength: 6 }), contexts, (messages, places, at) => {
        const whole = run([messages], at);
        const parts = run(cut(messages, places), at);
        expect(parts).toEqual(whole);
        expect(sortedNotices(releaseAll(parts, at))).toEqual(sortedNotices(releaseAll(whole, at)));
      }),
    );
  });

  it('plans nothing new for messages that come again, in any order', () => {
    fc.assert(
      fc.property(lives, fc.array(fc.nat(30), { maxLength: 20 }), contexts, (messages, again, at) => {
        const before = run([messages], at);
        const doubles = messages.length === 0 ? [] : again.map((index) => messages[index % messages.length]!);
        expect(run([doubles], at, before)).toEqual(before);
      }),
    );
  });

  it('never gives two notices the same dedup key or id', () => {
    fc.assert(
      fc.property(lives, contexts, (messages, at) => {
        const { notices } = releaseAll(run([messages], at), at);
        expect(new Set(notices.map(({ dedupKey }) => dedupKey)).size).toBe(notices.length);
        expect(new Set(notices.map(({ id }) => id)).size).toBe(notices.length);
      }),
    );
  });

  it('tells every destination of every deviation that was not withdrawn, with what holds at the end', () => {
    fc.assert(
      fc.property(lives, contexts, (messages, at) => {
        const { notices } = releaseAll(run([messages], at), at);
        const last = new Map(messages.flatMap((message) => ('deviation' in message ? [[message.deviation.id, message.deviation.status]] : [])));
        for (const channel of ['webhook', 'email']) {
          for (const [id, status] of last) {
            const told = notices.filter((notice) => notice.channel === channel).flatMap(({ body }) => body.deviations.filter((deviation) => deviation.id === id));
            if (status === 'withdrawn' && told.length === 0) continue;
            expect(told.at(-1)?.status).toBe(status);
          }
        }
      }),
    );
  });

  it('tells each opening that lasts at least once: the first notice is never lost', () => {
    fc.assert(
      fc.property(lives, (messages) => {
        const at = context({ routing });
        const { notices } = releaseAll(run([messages.filter((message) => !('backfill' in message && message.backfill))], at), at);
        const live = messages.filter((message) => message.kind === 'deviation-opened' && !message.backfill && !message.combined);
        const first = new Set(live.map((message) => ('deviation' in message ? message.deviation.id : '')));
        const named = new Set(notices.flatMap(({ body }) => body.deviations.map(({ id }) => id)));
        expect([...first].filter((id) => !named.has(id))).toEqual([]);
      }),
    );
  });
});
