import { hashPassword, makePassword } from '@tickmark/access';
import { toInstant } from '@tickmark/contracts';
import { PeopleRepository, SessionRepository, putIntoLedger, recordAudit } from '@tickmark/persistence';
import type { Database, ListedPerson, Person, Queryable } from '@tickmark/persistence';
import type { Clock } from '@tickmark/platform';
import { HttpProblem } from '@tickmark/platform';
import { cursorOf, positionText, toPage } from '../http/query.js';
import type { Input } from '../http/route.js';
import type { addPerson, changeRoles, listPeople, removePerson } from './people.routes.js';

const cursor = cursorOf('people', positionText);
const NOBODY = 'There is no person with this id; GET /v1/people lists them.';

/** Who signs in and what they may do and say. Every change is on the audit trail and in the ledger. */
export class People {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async list({ query }: Input<typeof listPeople>) {
    const rows = await new PeopleRepository(this.database).list(query.limit + 1, cursor.read(query.cursor));
    return toPage(rows, query.limit, show, ({ email }) => cursor.write(email));
  }

  async add({ body, principal }: Input<typeof addPerson>) {
    const password = makePassword();
    const passwordHash = await hashPassword(password);
    const made = await this.database.transaction(async (transaction) => {
      const person = await new PeopleRepository(transaction).insert(body.email, passwordHash, body.role, body.duties);
      if (person !== undefined) await note(transaction, principal.actor, { action: 'person.added', person });
      return person;
    });
    if (made === undefined) {
      throw new HttpProblem(409, `${body.email} is there already.`, { errors: [{ pointer: '/email', message: 'signs in already' }] });
    }
    return { ...show({ ...made, createdAtMs: this.clock.now() }), password };
  }

  changeRoles({ params, body, principal }: Input<typeof changeRoles>) {
    return this.database.transaction(async (transaction) => {
      const people = new PeopleRepository(transaction);
      const before = await people.lock(params.id);
      if (before === undefined) throw new HttpProblem(404, NOBODY);
      if (before.role === 'admin' && body.role !== 'admin') await keepAnAdmin(people);
      await people.setRoles(params.id, body.role, body.duties);
      const person = { ...before, role: body.role, duties: body.duties };
      await note(transaction, principal.actor, { action: 'person.roles-changed', person });
      return show({ ...person, createdAtMs: before.createdAtMs });
    });
  }

  remove({ params, principal }: Input<typeof removePerson>): Promise<void> {
    return this.database.transaction(async (transaction) => {
      const people = new PeopleRepository(transaction);
      const person = await people.lock(params.id);
      if (person === undefined) throw new HttpProblem(404, NOBODY);
      if (person.role === 'admin') await keepAnAdmin(people);
      await new SessionRepository(transaction).endAllOf(person.id);
      await people.remove(person.id);
      await note(transaction, principal.actor, { action: 'person.removed', person });
    });
  }
}

/** An installation that nobody may manage could only be mended in its database. */
async function keepAnAdmin(people: PeopleRepository): Promise<void> {
  if ((await people.countAdmins()) < 2) throw new HttpProblem(409, 'This is the last administrator; make another one first.');
}

interface Change {
  readonly action: string;
  readonly person: Person;
}

async function note(transaction: Queryable, actor: string, { action, person }: Change): Promise<void> {
  const detail = { email: person.email, role: person.role, duties: person.duties };
  await recordAudit(transaction, { actor, action, detail });
  await putIntoLedger(transaction, 'access', { action, actor, ...detail });
}

const show = ({ id, email, role, duties, createdAtMs }: ListedPerson) => ({
  id: String(id), email, role, duties: [...duties], createdAt: toInstant(createdAtMs),
});
