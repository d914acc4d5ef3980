import type { ControlDefinition } from '@tickmark/catalogue';
import type { Scope } from './scope.js';

/** What one set of controls saves when both reports are needed: each shared control is run, evidenced and tested once. */
export interface SharedControls {
  readonly controls: readonly SharedControl[];
  readonly controlsInScope: number;
  readonly criteria: readonly string[];
  readonly objectives: readonly string[];
  /** What two sets of controls would have to do twice. */
  readonly notDoneTwice: { readonly tests: number; readonly confirmations: number; readonly eventTypes: number };
  /** Objectives in scope by how far a control of SOC 2 serves them. */
  readonly objectivesByMapping: Readonly<Record<'shared' | 'partial' | 'soc1-only', number>>;
  readonly text: string;
}

interface SharedControl {
  readonly id: string;
  readonly title: string;
  readonly criteria: readonly string[];
  readonly objectives: readonly string[];
}

export function sharedControls(scope: Scope): SharedControls {
  const criteria = new Set(scope.criteria.map(({ id }) => id));
  const objectives = new Set(scope.objectives.map(({ id }) => id));
  const definitions = scope.controls.filter(({ maps }) => maps.tsc.some((id) => criteria.has(id)) && maps.soc1.some((id) => objectives.has(id)));
  const controls = definitions.map(({ id, title, maps }) => ({
    id,
    title,
    criteria: maps.tsc.filter((each) => criteria.has(each)),
    objectives: maps.soc1.filter((each) => objectives.has(each)),
  }));
  const served = (all: readonly { readonly id: string }[], by: 'criteria' | 'objectives'): readonly string[] =>
    all.filter(({ id }) => controls.some((control) => control[by].includes(id))).map(({ id }) => id);
  const found = {
    controls,
    controlsInScope: scope.controls.length,
    criteria: served(scope.criteria, 'criteria'),
    objectives: served(scope.objectives, 'objectives'),
    notDoneTwice: { tests: controls.length, confirmations: confirmationsOf(definitions), eventTypes: typesOf(definitions) },
    objectivesByMapping: byMapping(scope),
  };
  return { ...found, text: textOf(found) };
}

const confirmationsOf = (controls: readonly ControlDefinition[]): number =>
  controls.reduce((sum, { checks }) => sum + checks.filter(({ kind }) => kind === 'attestation').length, 0);

const typesOf = (controls: readonly ControlDefinition[]): number => new Set(controls.flatMap(({ inputs }) => inputs.map(({ type }) => type))).size;

function byMapping({ objectives }: Scope): SharedControls['objectivesByMapping'] {
  const count = (word: string): number => objectives.filter(({ mapping }) => mapping === word).length;
  return { shared: count('shared'), partial: count('partial'), 'soc1-only': count('soc1-only') };
}

function textOf({ controls, controlsInScope, criteria, objectives, notDoneTwice }: Omit<SharedControls, 'text'>): string {
  if (controls.length === 0) return 'No control in scope serves both reports.';
  const { confirmations, eventTypes } = notDoneTwice;
  const counted = (count: number, one: string, more: string): string => `${count} ${count === 1 ? one : more}`;
  return (
    `${controls.length} of ${counted(controlsInScope, 'control', 'controls')} in scope ${controls.length === 1 ? 'serves' : 'serve'} both reports: ` +
    `${counted(criteria.length, 'criterion', 'criteria')} and ${counted(objectives.length, 'objective', 'objectives')}. ` +
    `Run as one set, ${counted(controls.length, 'control is', 'controls are')} tested once instead of twice, ` +
    `${counted(confirmations, 'confirmation is', 'confirmations are')} given once, and ${counted(eventTypes, 'type', 'types')} of evidence connected once.`
  );
}
