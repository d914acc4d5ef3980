import { overlay } from '@tickmark/evaluation';
import type { DeviationToSave } from '@tickmark/persistence';
import { deleteKeySpans, deleteObservations, deleteSegments, saveDeviations, saveKeySpans, saveObservations, saveSegments } from '@tickmark/persistence';
import { deviationBody, deviationMessage, stateChanged } from './change-messages.js';
import type { Difference, StateChange } from './difference.js';
import type { GroupDeviations, JudgedGroup } from './group-deviations.js';
import type { GroupPlan } from './group-plan.js';
import type { Blinds } from './sight.js';
import { needOf } from './sight.js';
import type { Unit } from './unit.js';

/** Writes what differs, and notes where: a month that is closed must not change unseen. */
export async function writeDifference({ transaction, changed }: Pick<Unit, 'transaction' | 'changed'>, difference: Difference): Promise<void> {
  await deleteSegments(transaction, difference.goneSegments);
  await deleteObservations(transaction, difference.goneObservations);
  await deleteKeySpans(transaction, difference.goneKeys);
  await saveKeySpans(transaction, difference.spans);
  await saveSegments(transaction, difference.segments);
  const observed = await saveObservations(transaction, difference.observations);
  for (const { checkId, atMs } of [...observed, ...difference.goneObservations]) changed.push({ checkId, fromMs: atMs, toMs: atMs });
  for (const one of difference.changed) changed.push(one);
}

export async function writeDeviations(unit: Unit, deviations: readonly GroupDeviations[]): Promise<void> {
  const rows = deviations.flatMap(({ judged, keys }) =>
    keys.flatMap(({ keyId, changes }) => changes.map(({ record }): DeviationToSave => ({ ...faceOf(judged.plan), keyId, record }))),
  );
  // Opened and closed at once is one row: the last word counts.
  await saveDeviations(unit.transaction, [...new Map(rows.map((row) => [row.record.id, row])).values()]);
}

const faceOf = ({ check, group }: GroupPlan) => ({
  checkId: group.checkId,
  groupId: group.groupId,
  control: check.control.id,
  check: check.compiled.name,
  severity: check.control.severity,
  controlVersion: check.control.versionId,
});

interface Told {
  readonly blinds: Blinds;
  readonly deviations: readonly GroupDeviations[];
}

/** Messages in order for each key: its state first, then what that means. */
export function tellChanges(unit: Unit, judged: readonly (JudgedGroup & { readonly states: readonly StateChange[] })[], { blinds, deviations }: Told): void {
  for (const { plan, states } of judged) {
    const need = needOf(plan.check, plan.group.group, blinds.feeds);
    for (const change of states) {
      const shown = overlay([change.segment], blinds.blindness, { ...need, key: change.key }).at(-1) ?? change.segment;
      if (shown.state === change.previous) continue;
      unit.messages.push(stateChanged(causeOf(plan, change.key), { ...change, shown }, unit));
    }
  }
  for (const { judged: one, keys } of deviations) {
    for (const { key, changes } of keys) {
      for (const change of changes) {
        const message = deviationMessage(causeOf(one.plan, key), change, unit);
        if (message === undefined) continue;
        unit.messages.push(message);
        const event = { event: change.kind, control: one.plan.check.control.id, check: one.plan.check.compiled.name, key };
        unit.leaves.push({ kind: 'deviation', payload: { ...event, version: one.plan.check.control.definitionHash, deviation: deviationBody(change.record) } });
      }
    }
  }
}

function causeOf(plan: GroupPlan, key: string) {
  const received = plan.freshPoints.map(({ receivedAtMs }) => receivedAtMs);
  return { check: plan.check, key, ...(received.length === 0 ? {} : { receivedAtMs: Math.max(...received) }) };
}
