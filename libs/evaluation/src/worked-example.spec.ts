import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { ControlDefinition } from '@tickmark/catalogue';
import { runControlTests } from './control-tests/run-control-tests.js';
import { Laboratory } from './control-tests/laboratory.js';
import { readScript } from './control-tests/script.js';
import { HOUR, loadControls } from './evaluation.testkit.js';
import { kindById } from './kinds/registry.js';
import type { DeviationRecord } from './model.js';
import { overlay } from './overlay.js';
import { timeByState } from './timelines.js';

const page = readFileSync(join(import.meta.dirname, '../../../docs/explanation/judging.md'), 'utf8');
const blocks = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml = '']) => yaml);
const files = blocks.map((text) => ({ role: 'control' as const, path: `${/^id: (\S+)/.exec(text)?.[1] ?? ''}.yaml`, text }));
const { catalogue, faults } = loadControls(files);
const ms = (text: string): number => Date.parse(text);

interface Seen {
  readonly hours: string;
  readonly records: readonly DeviationRecord[];
}

/** June of one key, and its deviations, as known at a time. */
function june(id: string, key: string, knownAt: string): Seen {
  const control = catalogue?.controls.get(id) as ControlDefinition;
  const [definition] = control.checks;
  const [first] = control.tests;
  if (definition === undefined || first === undefined || catalogue === undefined) throw new Error(`no ${id}`);
  const check = kindById.get(definition.kind)?.compile(control, definition, catalogue.eventTypes);
  if (check === undefined) throw new Error(`no kind ${definition.kind}`);
  const laboratory = new Laboratory(control, new Map([[check.name, check]]), readScript(control, first), first.startMs);
  const known = laboratory.known(check.name, ms(knownAt));
  const found = known.keys.get(key);
  const segments = found === undefined ? [] : overlay(found.timeline.segments, known.blindness, found.need);
  const spent = Object.entries(timeByState(segments, ms('2026-06-01T00:00:00Z'), ms('2026-07-01T00:00:00Z'))).filter(([, time]) => time > 0);
  const shown = spent.sort(([a], [b]) => ORDER.indexOf(a) - ORDER.indexOf(b)).map(([state, time]) => `${state} ${time / HOUR} h`);
  return { hours: shown.join(', '), records: laboratory.recordsAt(check.name, ms(knownAt)).get(key) ?? [] };
}

const ORDER = ['no-occurrence', 'pass', 'fail'];
const row = (key: string): readonly string[] => page.split('\n').filter((line) => line.startsWith(`| ${key} |`));

describe('the worked example of the page on judging', () => {
  test('loads, and its tests hold', () => {
    expect(faults).toEqual([]);
    const results = [...(catalogue?.controls.values() ?? [])].map((control) => runControlTests(control, catalogue?.eventTypes ?? new Map<string, never>(), kindById));
    expect(results.map(({ control, holds }) => [control, holds])).toEqual([['admin-mfa', true], ['leaver-access-removed', true]]);
  });

  test('what did we know on 30 June', () => {
    const [ines, ole] = [june('admin-mfa', 'ines', '2026-07-01T00:00:00Z'), june('leaver-access-removed', 'w7/okta/ole', '2026-07-01T00:00:00Z')];
    expect(row('ines')[0]).toBe(`| ines | ${ines.hours} | none |`);
    expect(ines.records).toEqual([]);
    expect(row('w7/okta/ole')[0]).toBe(`| w7/okta/ole | ${ole.hours} | open, occurred 29 June 17:00 |`);
    expect(ole.records).toMatchObject([{ status: 'open', occurredAtMs: ms('2026-06-29T17:00:00Z') }]);
  });

  test('what was true on 30 June', () => {
    const [ines, ole] = [june('admin-mfa', 'ines', '2026-07-05T00:00:00Z'), june('leaver-access-removed', 'w7/okta/ole', '2026-07-05T00:00:00Z')];
    expect(row('ines')[1]).toBe(`| ines | ${ines.hours} | closed: occurred 30 June 10:00, detected 3 July 09:00, remediated 4 July 12:00, 98 h in all |`);
    expect(ines.records).toMatchObject([
      { status: 'closed', occurredAtMs: ms('2026-06-30T10:00:00Z'), detectedAtMs: ms('2026-07-03T09:00:00Z'), remediatedAtMs: ms('2026-07-04T12:00:00Z') },
    ]);
    expect(row('w7/okta/ole')[1]).toBe(`| w7/okta/ole | ${ole.hours} | withdrawn on 2 July 08:00 |`);
    expect(ole.records).toMatchObject([{ status: 'withdrawn', withdrawnAtMs: ms('2026-07-02T08:00:00Z') }]);
  });
});
