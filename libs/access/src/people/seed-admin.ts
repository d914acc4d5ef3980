import { PeopleRepository, SessionRepository, putIntoLedger, recordAudit } from '@tickmark/persistence';
import type { Database } from '@tickmark/persistence';
import { hashPassword, isPassword, makePassword } from './password.js';

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

const ACTOR = 'first start';

/** True when somebody can sign in with these. */
export async function canSignIn(database: Database, { email, password }: Credentials): Promise<boolean> {
  const person = await new PeopleRepository(database).byEmail(email);
  return person !== undefined && isPassword(password, person.passwordHash);
}

/** An administrator with a fresh password; one who is there already gets the new password and loses every session. */
export async function seedAdmin(database: Database, email: string): Promise<Credentials> {
  const password = makePassword();
  const passwordHash = await hashPassword(password);
  await database.transaction(async (transaction) => {
    const people = new PeopleRepository(transaction);
    const made = await people.insert(email, passwordHash, 'admin');
    if (made === undefined) {
      await people.setPassword(email, passwordHash);
      const person = await people.byEmail(email);
      if (person !== undefined) await new SessionRepository(transaction).endAllOf(person.id);
    }
    const action = made === undefined ? 'person.password-reset' : 'person.added';
    await recordAudit(transaction, { actor: ACTOR, action, detail: { email, role: 'admin' } });
    await putIntoLedger(transaction, 'access', { action, actor: ACTOR, email, role: 'admin' });
  });
  return { email, password };
}
