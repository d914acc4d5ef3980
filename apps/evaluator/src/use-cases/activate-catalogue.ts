import { loadCatalogue } from '@tickmark/catalogue';
import type { Catalogue, CatalogueFault, CatalogueFile, ControlDefinition } from '@tickmark/catalogue';
import { kindById } from '@tickmark/evaluation';
import type { ControlVersionId, JudgedCheck, Queryable } from '@tickmark/persistence';
import {
  addActivation,
  addControlVersion,
  addJudgedCheck,
  controlVersionIds,
  endJudgedCheck,
  judgedChecks,
  lockActivation,
  readActivation,
  readActiveVersion,
  retireControlVersion,
} from '@tickmark/persistence';
import type { Clock } from '@tickmark/platform';
import type { LiveCatalogues } from '../catalogue/read-live-catalogue.js';
import { judgeHeartbeats } from '../judging/heartbeats.js';
import type { Judging } from '../judging/judging.js';
import { seedChecks } from '../judging/seed-checks.js';

export type ActivationOutcome =
  | { readonly kind: 'activated' | 'unchanged'; readonly version: number }
  | { readonly kind: 'refused'; readonly faults: readonly CatalogueFault[] };

/**
 * Makes a catalogue the active one: all of it or nothing. A changed logic is a new check from its activation on, seeded
 * from the evidence on file; with an equal logic the state carries over. Judging waits meanwhile, so that no event falls
 * between two versions.
 */
export class ActivateCatalogue {
  constructor(
    private readonly judging: Judging,
    private readonly catalogues: LiveCatalogues,
    private readonly clock: Clock,
  ) {}

  async run(files: readonly CatalogueFile[]): Promise<ActivationOutcome> {
    const { catalogue, faults } = loadCatalogue(files, kindById);
    if (catalogue === undefined) return { kind: 'refused', faults };
    let outcome: ActivationOutcome = { kind: 'unchanged', version: 0 };
    await this.judging.runWith(
      async (transaction) => {
        await lockActivation(transaction);
        outcome = await activate(transaction, { catalogue, files, nowMs: this.clock.now() });
        return this.catalogues.read(transaction, outcome.version);
      },
      async (unit) => {
        if (outcome.kind !== 'activated') return;
        unit.leaves.push({ kind: 'catalogue-version', payload: { version: outcome.version, hash: catalogue.hash } });
        await seedChecks(unit, [...unit.catalogue.checks.values()].filter(({ activation }) => activation === unit.catalogue.version));
        await judgeHeartbeats(unit);
      },
    );
    return outcome;
  }
}

interface Coming {
  readonly catalogue: Catalogue;
  readonly files: readonly CatalogueFile[];
  readonly nowMs: number;
}

type Done = Extract<ActivationOutcome, { kind: 'activated' | 'unchanged' }>;

async function activate(transaction: Queryable, { catalogue, files, nowMs }: Coming): Promise<Done> {
  const before = await readActiveVersion(transaction);
  const active = before === undefined ? undefined : await readActivation(transaction, before);
  if (before !== undefined && active?.hash === catalogue.hash) return { kind: 'unchanged', version: before };
  const version = await addActivation(transaction, { hash: catalogue.hash, files, effectiveFromMs: nowMs });
  const known = { versions: await controlVersionIds(transaction), checks: await judgedChecks(transaction) };
  for (const control of catalogue.controls.values()) {
    // Before anything was judged a control may begin in the past; later it cannot change what was judged.
    const writtenMs = Date.parse(control.effectiveFrom);
    await activateControl(transaction, { control, version, effectiveFromMs: before === undefined ? writtenMs : Math.max(nowMs, writtenMs), ...known });
  }
  await retireMissing(transaction, { catalogue, nowMs, ...known });
  return { kind: 'activated', version };
}

interface Known {
  readonly versions: readonly ControlVersionId[];
  readonly checks: readonly JudgedCheck[];
}

interface ComingControl extends Known {
  readonly control: ControlDefinition;
  readonly version: number;
  readonly effectiveFromMs: number;
}

async function activateControl(transaction: Queryable, { control, version, effectiveFromMs, versions, checks }: ComingControl): Promise<void> {
  const latest = versions.findLast((one) => one.control === control.id);
  if (latest?.definitionHash === control.definitionHash && latest.retiredFromMs === undefined) return;
  await addControlVersion(transaction, control, effectiveFromMs);
  const inForce = checks.filter((check) => check.control === control.id && check.effectiveToMs === undefined);
  if (inForce.length > 0 && inForce.every(({ logicHash }) => logicHash === control.logicHash)) return;
  for (const { id } of inForce) await endJudgedCheck(transaction, id, effectiveFromMs);
  const { id, logicHash } = control;
  for (const { name, kind } of control.checks) {
    await addJudgedCheck(transaction, { control: id, name, kind, logicHash, effectiveFromMs, activation: version });
  }
}

/** A control whose file is gone is judged no longer; what it said stays. */
async function retireMissing(transaction: Queryable, { catalogue, nowMs, versions, checks }: Known & Omit<Coming, 'files'>): Promise<void> {
  const latest = new Map(versions.map((version) => [version.control, version]));
  for (const { id, control, retiredFromMs } of latest.values()) {
    if (catalogue.controls.has(control) || retiredFromMs !== undefined) continue;
    await retireControlVersion(transaction, id, nowMs);
    for (const check of checks) {
      if (check.control === control && check.effectiveToMs === undefined) await endJudgedCheck(transaction, check.id, nowMs);
    }
  }
}
