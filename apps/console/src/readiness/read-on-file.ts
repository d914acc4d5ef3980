import { evidenceOfChecks, evidenceOfTypes } from '@tickmark/persistence';
import type { EvidenceSpan } from '@tickmark/persistence';
import type { CheckOnFile, ControlOnFile, OnFile, Scope, TypeOnFile } from '@tickmark/readiness';
import { showControls } from '../controls/list-controls.js';
import { presentByControl } from '../judged/present-states.js';
import { checksNow } from '../judged/view.js';
import type { ReadableCheck, View } from '../judged/view.js';

const ATTESTATION = 'attestation';

/** What is on file about the controls in scope and the events that they need. */
export async function readOnFile(view: View, { controls }: Scope): Promise<OnFile> {
  const ids = new Set(controls.map(({ id }) => id));
  const checks = view.checks.filter(({ control }) => ids.has(control));
  const evidence = await evidenceOfChecks(view.snapshot, checks.map(({ id }) => id));
  const inForce = checksNow(view).filter(({ control }) => ids.has(control));
  const byMachine = await presentByControl(view, inForce.filter(({ kind }) => kind !== ATTESTATION));
  // What happened once stays a failure; whether that is remediated, its deviation says.
  const standing = await presentByControl(view, inForce.filter(({ compiled }) => compiled.timing !== 'occurrence-based'));
  const shown = await showControls(view, controls);
  return {
    controls: new Map(
      shown.map(({ id, state, counts }): readonly [string, ControlOnFile] => {
        const { unknown = 0, error = 0 } = byMachine.get(id)?.counts ?? {};
        const own = inForce.filter(({ control }) => control === id).map((check) => checkOnFile(check, checks, evidence));
        return [id, { checks: own, state, fail: standing.get(id)?.counts.fail ?? 0, openDeviations: counts.openDeviations, unproven: unknown + error }];
      }),
    ),
    types: await typesOnFile(view, [...new Set(controls.flatMap(({ inputs }) => inputs.map(({ type }) => type)))]),
  };
}

/** A check goes on when its logic changes: what its earlier versions have judged is evidence as well. */
function checkOnFile({ control, name, kind, compiled }: ReadableCheck, all: readonly ReadableCheck[], evidence: ReadonlyMap<number, EvidenceSpan>): CheckOnFile {
  const spans = all
    .filter((check) => check.control === control && check.name === name)
    .flatMap(({ id, effectiveFromMs }) => inForceSince(evidence.get(id), effectiveFromMs));
  return {
    ...{ name, kind, monitor: compiled.timing === 'monitor' },
    ...(spans.length === 0
      ? {}
      : { firstEvidenceAtMs: Math.min(...spans.map(({ firstAtMs }) => firstAtMs)), lastEvidenceAtMs: Math.max(...spans.map(({ lastAtMs }) => lastAtMs)) }),
  };
}

/** What happened before a version was in force says nothing about its operation then. */
const inForceSince = (span: EvidenceSpan | undefined, effectiveFromMs: number): readonly EvidenceSpan[] =>
  span === undefined ? [] : [{ firstAtMs: Math.max(span.firstAtMs, effectiveFromMs), lastAtMs: span.lastAtMs }];

async function typesOnFile(view: View, types: readonly string[]): Promise<ReadonlyMap<string, TypeOnFile>> {
  const feeds = [...view.feeds.values()].filter(({ production }) => production);
  const evidence = await evidenceOfTypes(view.snapshot, types, feeds.map(({ feedId }) => feedId));
  const naming = (type: string): readonly string[] => feeds.filter((feed) => feed.types.includes(type)).map(({ name }) => name);
  return new Map(
    types.map((type) => {
      const isReserved = view.active.catalogue.eventTypes.get(type)?.reserved === true;
      return [type, { namedBy: naming(type), openTo: isReserved ? [] : naming('*'), ...evidence.get(type) }];
    }),
  );
}
