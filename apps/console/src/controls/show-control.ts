import { toInstant } from '@tickmark/contracts';
import { readControlVersions } from '@tickmark/persistence';
import type { ControlVersion } from '@tickmark/persistence';
import { instantOrNull } from '../http/query.js';
import type { Input } from '../http/route.js';
import { definitionOf } from '../judged/definition-of.js';
import type { Views } from '../judged/view.js';
import { showControls } from './list-controls.js';
import type { showControl } from './controls.routes.js';

export class ShowControl {
  constructor(private readonly views: Views) {}

  execute({ params }: Input<typeof showControl>) {
    return this.views.with({}, async (view) => {
      const control = definitionOf(view, params.id);
      const [shown] = await showControls(view, [control]);
      const { description, execution, timing, frequency, effectiveFrom, scope, inputs, checks, yaml } = control;
      return {
        ...shown,
        judgedUntil: instantOrNull(view.judging.watermarkMs),
        definition: {
          description,
          execution,
          timing,
          frequency,
          effectiveFrom,
          ...(scope === undefined ? {} : { scope }),
          params: control.params,
          inputs,
          checks: checks.map(({ name, kind }) => ({ name, kind })),
          yaml,
        },
        versions: showVersions(await readControlVersions(view.snapshot, control.id)),
      };
    });
  }
}

const showVersions = (versions: readonly ControlVersion[]) =>
  versions.map(({ definitionHash, logicHash, title, effectiveFromMs, retiredFromMs }, index) => ({
    version: definitionHash,
    logic: logicHash,
    title,
    effectiveFrom: toInstant(effectiveFromMs),
    effectiveTo: instantOrNull(retiredFromMs ?? versions[index + 1]?.effectiveFromMs),
  }));
