import type { ControlFacts, ControlLookup } from '@tickmark/alerting';
import { SEVERITIES } from '@tickmark/contracts';
import { controlsMark, readControlVersions } from '@tickmark/persistence';
import type { ControlVersion, Queryable } from '@tickmark/persistence';
import { parse } from 'yaml';
import { z } from 'zod';

/** The part of a control file that notices need; the file was checked when it was activated. */
const facts = z.object({
  severity: z.enum(SEVERITIES),
  owner: z.string(),
  maps: z.object({ tsc: z.array(z.string()).default([]), soc1: z.array(z.string()).default([]) }).prefault({}),
});

const LOOK_EVERY_MS = 1_000;

/** Severity, owner and criteria of the controls in force; read again a second after a version was activated. */
export class KnownControls {
  #mark: string | undefined;
  #lookedMs = -Infinity;
  #facts: ReadonlyMap<string, ControlFacts> = new Map();

  readonly lookup: ControlLookup = (control) => this.#facts.get(control);

  async refresh(database: Queryable): Promise<void> {
    if (performance.now() - this.#lookedMs < LOOK_EVERY_MS) return;
    const mark = await controlsMark(database);
    this.#lookedMs = performance.now();
    if (mark === this.#mark) return;
    const versions = await readControlVersions(database);
    // The oldest first: the last one of a control stays.
    this.#facts = new Map(versions.flatMap((version) => factsOf(version)));
    this.#mark = mark;
  }
}

function factsOf({ control, yaml }: ControlVersion): readonly [string, ControlFacts][] {
  const parsed = facts.safeParse(parse(yaml, { maxAliasCount: 100 }));
  if (!parsed.success) return [];
  const { severity, owner, maps } = parsed.data;
  return [[control, { severity, owner, criteria: [...maps.tsc, ...maps.soc1] }]];
}
