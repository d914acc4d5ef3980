import { parseDuration, toInstant } from '@tickmark/contracts';
import type { JsonObject } from '@tickmark/contracts';
import { AttestationRepository, databaseNow, recordAudit } from '@tickmark/persistence';
import type { Database, StoredAttestation } from '@tickmark/persistence';
import { HttpProblem, newId } from '@tickmark/platform';
import { bigId, cursorOf, toPage } from '../http/query.js';
import type { Input } from '../http/route.js';
import type { Catalogues } from '../judged/catalogues.js';
import { attestedCheck } from './attested-check.js';
import type { AttestedCheck } from './attested-check.js';
import type { giveAttestation, listAttestations, showAttestation } from './attestations.routes.js';

const cursor = cursorOf('attestations', bigId);

type Giving = Input<typeof giveAttestation>;

/**
 * What people confirm or refuse. It is a row when this answers, and evidence like any other about a second later: only
 * ingestion appends to the ledger.
 */
export class Attestations {
  constructor(
    private readonly database: Database,
    private readonly catalogues: Catalogues,
  ) {}

  async give({ body, principal }: Giving) {
    const { attestsAs } = principal;
    if (attestsAs === undefined) throw new HttpProblem(403, 'An attestation is given by a person who signed in; a key is nobody.');
    const { catalogue, checks } = await this.catalogues.active(this.database);
    const wanted = attestedCheck(catalogue.controls.get(body.control), body.check, checks);
    if ('fault' in wanted) throw refused(wanted.fault);
    if (!attestsAs.includes(wanted.role)) {
      throw new HttpProblem(403, `This is confirmed in the role ${wanted.role}; yours are ${attestsAs.join(', ')}. An administrator gives duties under /v1/people.`);
    }
    const errors = faultsOf(body, wanted);
    if (errors.length > 0) throw refused(...errors);
    const stored = await this.database.transaction(async (transaction) => {
      const nowMs = await databaseNow(transaction);
      const data = dataOf(body, { by: principal.actor, role: wanted.role });
      const added = await new AttestationRepository(transaction).add({
        id: newId(nowMs), givenAtMs: nowMs, control: body.control, check: wanted.check, data,
      });
      const detail = { attestation: added.id, control: body.control, conclusion: body.conclusion };
      await recordAudit(transaction, { actor: principal.actor, action: 'attestation.given', detail });
      return added;
    });
    return showStored(stored);
  }

  async list({ query }: Input<typeof listAttestations>) {
    const { control, limit } = query;
    const before = cursor.read(query.cursor);
    const rows = await new AttestationRepository(this.database).list({
      limit: limit + 1,
      ...(control === undefined ? {} : { control }),
      ...(before === undefined ? {} : { before }),
    });
    return toPage(rows, limit, showStored, ({ number }) => cursor.write(number));
  }

  async one({ params }: Input<typeof showAttestation>) {
    const stored = await new AttestationRepository(this.database).byId(params.id);
    if (stored === undefined) throw new HttpProblem(404, 'There is no attestation with this id.');
    return showStored(stored);
  }
}

interface Fault {
  readonly pointer: string;
  readonly message: string;
}

const refused = (...errors: readonly Fault[]): HttpProblem =>
  new HttpProblem(422, 'This attestation would count for nothing; see errors.', { errors: [...errors] });

/** What the kind would not count is said now, not found out later. */
function faultsOf(body: Giving['body'], { expected, needs, validFor }: AttestedCheck): readonly Fault[] {
  const key = body.per ?? body.control;
  const faults: Fault[] = [];
  if (expected.length > 0 && !expected.includes(key)) {
    faults.push({ pointer: '/per', message: `must be one of what the control expects: ${expected.slice(0, 20).join(', ')}` });
  }
  for (const field of needs) {
    if (!Object.hasOwn(body, field)) faults.push({ pointer: `/${field}`, message: 'is needed by this control' });
  }
  if (lengthMs(body.validFor) > lengthMs(validFor)) {
    faults.push({ pointer: '/validFor', message: `must not be longer than the control says: ${String(validFor)}` });
  }
  return faults;
}

const lengthMs = (length: string | undefined): number => (length === undefined ? 0 : (parseDuration(length) ?? 0));

function dataOf(body: Giving['body'], author: { readonly by: string; readonly role: string }): JsonObject {
  const { control, per, conclusion, validFor, file, note, periodEnd, exceptions } = body;
  return {
    control,
    ...(per === undefined ? {} : { per }),
    ...author,
    conclusion,
    ...(validFor === undefined ? {} : { validFor }),
    ...(file === undefined ? {} : { file }),
    ...(note === undefined ? {} : { note }),
    ...(periodEnd === undefined ? {} : { periodEnd: toInstant(periodEnd) }),
    ...(exceptions === undefined ? {} : { exceptions }),
  };
}

const showStored = ({ id, check, data, givenAtMs, evidenceId, refusal }: StoredAttestation) => ({
  id,
  check,
  ...data,
  givenAt: toInstant(givenAtMs),
  evidenceId: evidenceId ?? null,
  ...(refusal === undefined ? {} : { refusal }),
});
