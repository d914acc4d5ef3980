import { loadCatalogue } from '@tickmark/catalogue';
import type { Catalogue } from '@tickmark/catalogue';
import { kindById } from '@tickmark/evaluation';
import type { CompiledCheck } from '@tickmark/evaluation';
import { readActivation, readActiveVersion } from '@tickmark/persistence';
import type { Queryable } from '@tickmark/persistence';
import { HttpProblem, retryAfter } from '@tickmark/platform';

/** A catalogue version as activated, with its checks compiled. */
export interface ActiveCatalogue {
  readonly version: number;
  readonly hash: string;
  readonly catalogue: Catalogue;
  /** By `control/check`. */
  readonly checks: ReadonlyMap<string, CompiledCheck>;
}

const MOST_KEPT = 8;
const WAIT_MS = 2_000;

/** Catalogue versions by their number; each is compiled once, since an activation never changes. */
export class Catalogues {
  private readonly kept = new Map<number, ActiveCatalogue>();

  async active(database: Queryable): Promise<ActiveCatalogue> {
    const version = await readActiveVersion(database);
    if (version !== undefined) return this.of(database, version);
    throw new HttpProblem(503, 'No catalogue is active yet: the evaluator activates it when it starts.', {
      headers: retryAfter(WAIT_MS),
    });
  }

  async of(database: Queryable, version: number): Promise<ActiveCatalogue> {
    const known = this.kept.get(version);
    if (known !== undefined) return known;
    const activation = await readActivation(database, version);
    if (activation === undefined) throw new Error(`There is no catalogue activation ${version}.`);
    const { catalogue, faults } = loadCatalogue(activation.files, kindById);
    if (catalogue === undefined) {
      const first = faults.find(({ severity }) => severity === 'error');
      throw new Error(`Catalogue activation ${version} does not load: ${first?.file ?? ''} ${first?.message ?? ''}`);
    }
    const compiled = { version, hash: activation.hash, catalogue, checks: compileAll(catalogue) };
    this.keep(compiled);
    return compiled;
  }

  private keep(compiled: ActiveCatalogue): void {
    this.kept.set(compiled.version, compiled);
    const oldest = this.kept.keys().next();
    if (this.kept.size > MOST_KEPT && oldest.done !== true) this.kept.delete(oldest.value);
  }
}

function compileAll({ controls, eventTypes }: Catalogue): ReadonlyMap<string, CompiledCheck> {
  const compiled = [...controls.values()].flatMap((control) =>
    control.checks.flatMap((check) => {
      const kind = kindById.get(check.kind);
      return kind === undefined ? [] : [[`${control.id}/${check.name}`, kind.compile(control, check, eventTypes)] as const];
    }),
  );
  return new Map(compiled);
}
