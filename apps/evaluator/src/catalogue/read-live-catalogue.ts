import { loadCatalogue, loadDraft } from '@tickmark/catalogue';
import type { Catalogue, ControlDefinition } from '@tickmark/catalogue';
import { kindById } from '@tickmark/evaluation';
import type { ControlVersionId, JudgedCheck, Queryable, Shadow, ShadowCheck } from '@tickmark/persistence';
import { controlVersionIds, judgedBy, judgedChecks, readActivation, readShadows, shadowChecks } from '@tickmark/persistence';
import { liveCatalogue } from './live-catalogue.js';
import type { ControlFace, LiveCatalogue, LiveCheck } from './live-catalogue.js';

/**
 * The active catalogue, compiled. Each batch asks for the version that is active in its own transaction; compiled
 * files are kept, since an activation never changes.
 */
export class LiveCatalogues {
  #live: { readonly catalogue: LiveCatalogue; readonly shadows: string } | undefined;
  readonly #loaded = new Map<number, Catalogue>();
  readonly #drafts = new Map<number, Draft>();

  /** Undefined until a catalogue was activated. */
  async current(database: Queryable): Promise<LiveCatalogue | undefined> {
    const { version, shadows } = await judgedBy(database);
    if (version === undefined) return undefined;
    if (this.#live?.catalogue.version !== version || this.#live.shadows !== shadows) {
      this.#live = { catalogue: await this.read(database, version), shadows };
    }
    return this.#live.catalogue;
  }

  /** As it stands in the given transaction; not kept, since that may yet roll back. */
  async read(database: Queryable, version: number): Promise<LiveCatalogue> {
    const rows = await judgedChecks(database);
    const versions = await controlVersionIds(database);
    const active = await this.#load(database, version);
    const checks: LiveCheck[] = [];
    for (const row of rows) checks.push(liveCheck(row, { compiledFrom: await this.#load(database, row.activation), active, versions }));
    return liveCatalogue(version, [...checks, ...(await this.#shadows(database))]);
  }

  async #shadows(database: Queryable): Promise<readonly LiveCheck[]> {
    const rows = await shadowChecks(database);
    if (rows.length === 0) return [];
    const shadows = new Map((await readShadows(database)).map((shadow) => [shadow.id, shadow]));
    for (const id of this.#drafts.keys()) if (!shadows.has(id)) this.#drafts.delete(id);
    const checks: LiveCheck[] = [];
    for (const row of rows) {
      const shadow = shadows.get(row.shadowId);
      if (shadow !== undefined) checks.push(draftCheck(row, await this.#draft(database, shadow)));
    }
    return checks;
  }

  async #draft(database: Queryable, { id, activation, yaml }: Shadow): Promise<Draft> {
    const known = this.#drafts.get(id);
    if (known !== undefined) return known;
    const { draft, faults } = loadDraft((await readActivation(database, activation))?.files ?? [], yaml, kindById);
    if (draft === undefined) throw new Error(`the draft of shadow ${id} no longer loads: ${faults[0]?.message ?? ''}`);
    this.#drafts.set(id, draft);
    return draft;
  }

  async #load(database: Queryable, version: number): Promise<Catalogue> {
    const known = this.#loaded.get(version);
    if (known !== undefined) return known;
    const activation = await readActivation(database, version);
    if (activation === undefined) throw new Error(`the catalogue activation ${version} is gone`);
    const { catalogue, faults } = loadCatalogue(activation.files, kindById);
    if (catalogue === undefined) throw new Error(`the activated catalogue ${version} no longer loads: ${faults[0]?.file ?? ''} ${faults[0]?.message ?? ''}`);
    this.#loaded.set(version, catalogue);
    return catalogue;
  }
}

type Draft = NonNullable<ReturnType<typeof loadDraft>['draft']>;

/** Under a name of its own: what blinds the live check by name, such as an error in its expression, is not the draft's. */
function draftCheck(row: ShadowCheck, { control, catalogue }: Draft): LiveCheck {
  const version = { id: 0, control: control.id, definitionHash: control.definitionHash, logicHash: control.logicHash, effectiveFromMs: row.effectiveFromMs };
  const check = liveCheck(row, { compiledFrom: catalogue, active: catalogue, versions: [version] });
  return { ...check, ref: `shadow ${row.shadowId}: ${check.ref}`, shadowId: row.shadowId };
}

interface Sources {
  readonly compiledFrom: Catalogue;
  readonly active: Catalogue;
  readonly versions: readonly ControlVersionId[];
}

function liveCheck(row: JudgedCheck, { compiledFrom, active, versions }: Sources): LiveCheck {
  const written = compiledFrom.controls.get(row.control);
  const definition = written?.checks.find(({ name }) => name === row.name);
  const kind = kindById.get(row.kind);
  if (written === undefined || definition === undefined || kind === undefined) {
    throw new Error(`the check ${row.control}/${row.name} is not in the catalogue that it was activated with`);
  }
  return {
    id: row.id,
    ref: `${row.control}/${row.name}`,
    compiled: kind.compile(written, definition, compiledFrom.eventTypes),
    control: faceOf(active.controls.get(row.control) ?? written, versions.findLast(isVersionOf(row))),
    activation: row.activation,
    effectiveFromMs: row.effectiveFromMs,
    ...(row.effectiveToMs === undefined ? {} : { effectiveToMs: row.effectiveToMs }),
  };
}

/** The last version with the check's logic: a title may have changed since. */
const isVersionOf =
  (row: JudgedCheck) =>
  ({ control, logicHash }: ControlVersionId): boolean =>
    control === row.control && logicHash === row.logicHash;

function faceOf({ id, title, severity, owner, definitionHash }: ControlDefinition, version: ControlVersionId | undefined): ControlFace {
  return { id, title, severity, owner, versionId: version?.id ?? 0, definitionHash: version?.definitionHash ?? definitionHash };
}
