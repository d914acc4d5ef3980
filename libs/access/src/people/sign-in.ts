import { PeopleRepository, recordAudit } from '@tickmark/persistence';
import type { Database, Person } from '@tickmark/persistence';
import type { Clock } from '@tickmark/platform';
import { AttemptLimit } from './attempt-limit.js';
import { isPassword, isPasswordLength } from './password.js';
import type { Sessions, StartedSession } from './sessions.js';

const WINDOW_MS = 5 * 60_000;
const MOST_FOR_A_PERSON = 10;
const MOST_FOR_AN_ADDRESS = 50;

export interface SignInAttempt {
  readonly email: string;
  readonly password: string;
  /** Where it comes from. */
  readonly address: string;
}

export type SignedIn =
  | { readonly outcome: 'signed-in'; readonly person: Person; readonly session: StartedSession }
  | { readonly outcome: 'refused' }
  | { readonly outcome: 'too-many'; readonly retryAfterMs: number };

/** Local sign-in with email and password. Says the same whether the email or the password was wrong. */
export class SignIn {
  private readonly byEmail: AttemptLimit;
  private readonly byAddress: AttemptLimit;

  constructor(
    private readonly database: Database,
    private readonly sessions: Sessions,
    clock: Clock,
  ) {
    this.byEmail = new AttemptLimit({ clock, windowMs: WINDOW_MS, most: MOST_FOR_A_PERSON });
    this.byAddress = new AttemptLimit({ clock, windowMs: WINDOW_MS, most: MOST_FOR_AN_ADDRESS });
  }

  async execute({ email, password, address }: SignInAttempt): Promise<SignedIn> {
    const name = email.toLowerCase();
    const retryAfterMs = this.byAddress.attempt(address) ?? this.byEmail.attempt(name);
    if (retryAfterMs !== undefined) return { outcome: 'too-many', retryAfterMs };
    const person = await new PeopleRepository(this.database).byEmail(name);
    const known = isPasswordLength(password) && (await isPassword(password, person?.passwordHash));
    if (!known || person === undefined) {
      await recordAudit(this.database, { actor: name, action: 'sign-in.refused', detail: { address } });
      return { outcome: 'refused' };
    }
    this.byEmail.forget(name);
    const session = await this.sessions.start(person);
    await recordAudit(this.database, { actor: person.email, action: 'sign-in', detail: { address } });
    return { outcome: 'signed-in', person: { id: person.id, email: person.email, role: person.role, duties: person.duties }, session };
  }
}
