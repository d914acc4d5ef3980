import { loadDraft } from '@tickmark/catalogue';
import type { CatalogueFault } from '@tickmark/catalogue';
import { toInstant } from '@tickmark/contracts';
import { kindById } from '@tickmark/evaluation';
import { addShadow, endShadow, readActivation, readActiveVersion, readShadows, recordAudit } from '@tickmark/persistence';
import type { Database, Shadow } from '@tickmark/persistence';
import { HttpProblem, retryAfter } from '@tickmark/platform';
import { instantOrNull } from '../http/query.js';
import type { Input } from '../http/route.js';
import type { dropShadow, startShadow } from './shadows.routes.js';

/** Every draft is judged on every event. */
const SHADOWS_MOST = 5;
const FAULTS_SHOWN = 100;
const WAIT_MS = 2_000;

/** Drafts beside live controls: begun and dropped here, judged by the evaluator. */
export class Shadows {
  constructor(private readonly database: Database) {}

  async list() {
    return { items: (await readShadows(this.database)).map(showShadow), nextCursor: null };
  }

  async start({ body, principal }: Input<typeof startShadow>) {
    const activation = await readActiveVersion(this.database);
    const active = activation === undefined ? undefined : await readActivation(this.database, activation);
    if (active === undefined) throw new HttpProblem(503, 'No catalogue is active yet: the evaluator activates it when it starts.', { headers: retryAfter(WAIT_MS) });
    const { draft, faults } = loadDraft(active.files, body.yaml, kindById);
    if (draft === undefined) throw refused(faults);
    const control = draft.control.id;
    const made = await this.database.transaction(async (transaction) => {
      const shadow = await addShadow(transaction, { control, yaml: body.yaml, activation: active.version, createdBy: principal.actor }, SHADOWS_MOST);
      if (shadow === undefined) return undefined;
      const { definitionHash } = draft.control;
      await recordAudit(transaction, { actor: principal.actor, action: 'shadow.started', detail: { shadow: shadow.id, control, definitionHash } });
      return shadow;
    });
    if (made !== undefined) return showShadow(made);
    throw new HttpProblem(409, `${SHADOWS_MOST} drafts are judged already, which is the most; DELETE one of /v1/shadows first.`);
  }

  drop({ params, principal }: Input<typeof dropShadow>): Promise<void> {
    return this.database.transaction(async (transaction) => {
      if (!(await endShadow(transaction, params.id))) throw new HttpProblem(404, 'There is no shadow with this id.');
      await recordAudit(transaction, { actor: principal.actor, action: 'shadow.dropped', detail: { shadow: params.id } });
    });
  }
}

/** By the lines of the text that was sent. */
function refused(faults: readonly CatalogueFault[]): HttpProblem {
  const errors = faults
    .filter(({ severity }) => severity === 'error')
    .slice(0, FAULTS_SHOWN)
    .map(({ line, message, hint }) => ({ pointer: '/yaml', line, message: hint === undefined ? message : `${message}; ${hint}` }));
  return new HttpProblem(422, 'The draft is not a valid control; see errors for each line.', { title: 'Not a valid control', errors });
}

export function showShadow({ id, control, createdAtMs, createdBy, startedAtMs, trouble }: Shadow) {
  const status = trouble !== undefined ? ('stopped' as const) : startedAtMs === undefined ? ('waiting' as const) : ('judging' as const);
  return {
    id,
    control,
    createdAt: toInstant(createdAtMs),
    createdBy,
    status,
    judgedFrom: instantOrNull(startedAtMs),
    ...(trouble === undefined ? {} : { trouble }),
  };
}
