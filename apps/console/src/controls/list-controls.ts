import type { ControlDefinition } from '@tickmark/catalogue';
import { countOpenDeviationsByControl } from '@tickmark/persistence';
import { controlStateOf } from '@tickmark/reporting';
import { cursorOf, instantOrNull, positionText, toPage } from '../http/query.js';
import type { Input } from '../http/route.js';
import { presentByControl, showCounts } from '../judged/present-states.js';
import type { ControlPresent } from '../judged/present-states.js';
import { checksNow } from '../judged/view.js';
import type { View, Views } from '../judged/view.js';
import type { listControls } from './controls.routes.js';

const cursor = cursorOf('controls', positionText);
const NOT_JUDGED = { pass: 0, fail: 0, error: 0, unknown: 0, 'not-applicable': 0, 'no-occurrence': 0 };

export class ListControls {
  constructor(private readonly views: Views) {}

  execute({ query }: Input<typeof listControls>) {
    const after = cursor.read(query.cursor) ?? '';
    return this.views.with({}, async (view) => {
      const wanted = [...view.active.catalogue.controls.values()]
        .filter(({ id }) => id > after)
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .slice(0, query.limit + 1);
      const shown = await showControls(view, wanted);
      return {
        ...toPage(shown, query.limit, (one) => one, ({ id }) => cursor.write(id)),
        judgedUntil: instantOrNull(view.judging.watermarkMs),
      };
    });
  }
}

/** Controls with their state and counts, read together. */
export async function showControls(view: View, controls: readonly ControlDefinition[]) {
  const ids = new Set(controls.map(({ id }) => id));
  const present = await presentByControl(view, checksNow(view).filter(({ control }) => ids.has(control)));
  const open = await countOpenDeviationsByControl(view.snapshot, [...ids]);
  return controls.map((control) => showControl(control, present.get(control.id), open.get(control.id) ?? 0));
}

function showControl(control: ControlDefinition, present: ControlPresent | undefined, openDeviations: number) {
  const { id, title, definitionHash, owner, severity, keyControl, maps } = control;
  const counts = present?.counts ?? NOT_JUDGED;
  return {
    id,
    title,
    version: definitionHash,
    owner,
    severity,
    keyControl,
    maps,
    state: present?.state ?? controlStateOf(NOT_JUDGED),
    counts: { ...showCounts(counts), openDeviations },
  };
}
