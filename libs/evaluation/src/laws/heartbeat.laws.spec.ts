import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { silences } from '../gaps.js';
import type { Blindness } from '../model.js';
import { overlayTimeline } from '../overlay.js';
import { controlOf, HOUR, hours } from '../evaluation.testkit.js';
import { RUNS } from './laws.testkit.js';

const MAX_SILENCE = 6 * HOUR;
const { check } = controlOf(`
id: law
title: Law
maps: {tsc: [CC7.2]}
inputs: {account: identity.account}
checks:
  alive: {kind: heartbeat, input: account}
`);

/** A sign of life counts when it was received and when what it brought happened; late ones count as well, doubles once. */
const sign = fc.record({ at: fc.integer({ min: 1, max: 60 }), delay: fc.constantFrom(0, 0, 2, 20) });

test('a feed is alive exactly while its last sign is younger than it may be silent, whatever the order of the signs', () => {
  fc.assert(
    fc.property(fc.array(sign, { maxLength: 10 }), fc.integer({ min: 0, max: 4 }), fc.nat(), (signs, createdAt, rotation) => {
      const timeline = check.judgeFeed?.({ feedId: 7, name: 'okta', system: 'okta', createdAtMs: hours(createdAt), monitored: true }, { effectiveFromMs: hours(2) });
      if (timeline === undefined) throw new Error('a heartbeat judges feeds');
      const all = signs.flatMap(({ at, delay }) => [hours(at), hours(at + delay)]).filter((ms) => ms > hours(createdAt));
      const turned = [...all.slice(rotation % (all.length + 1)), ...all.slice(0, rotation % (all.length + 1)), ...all];
      const known = [hours(createdAt), ...new Set(turned)].sort((a, b) => a - b);
      const untilMs = hours(100);
      const blindness = silences(known, MAX_SILENCE, { fromMs: hours(createdAt), untilMs }).map((interval): Blindness => ({ cause: 'feed-silent', feedId: 7, ...interval }));
      const { segments } = overlayTimeline(timeline, blindness, { check: 'law/alive', key: 'okta', feedIds: [7] });
      const wrong: unknown[] = [];
      for (let ms = hours(0); ms < untilMs; ms += HOUR / 2) {
        const begun = ms >= Math.max(hours(createdAt), hours(2));
        const lastMs = Math.max(hours(createdAt), ...all.filter((one) => one <= ms));
        const said = segments.find(({ fromMs, toMs = Infinity }) => fromMs <= ms && ms < toMs)?.state;
        const expected = !begun ? undefined : ms < lastMs + MAX_SILENCE ? 'pass' : 'unknown';
        if (said !== expected) wrong.push({ hour: (ms - hours(0)) / HOUR, expected, said });
      }
      expect(wrong).toEqual([]);
    }),
    { numRuns: RUNS },
  );
});
