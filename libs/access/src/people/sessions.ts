import { hash, randomBytes } from 'node:crypto';
import { SessionRepository } from '@tickmark/persistence';
import type { Person, Queryable } from '@tickmark/persistence';
import type { Clock } from '@tickmark/platform';

const SESSION_MS = 12 * 3_600_000;
const PATTERN = /^[A-Za-z0-9_-]{43}$/;

export interface StartedSession {
  /** 256 random bits; only its hash is stored. */
  readonly token: string;
  readonly expiresAtMs: number;
}

const hashOf = (token: string): Buffer => hash('sha256', token, 'buffer');

/** Sessions of signed-in people, on the server: ended at once, over after twelve hours. */
export class Sessions {
  private readonly repository: SessionRepository;

  constructor(
    database: Queryable,
    private readonly clock: Clock,
  ) {
    this.repository = new SessionRepository(database);
  }

  async start(person: Person): Promise<StartedSession> {
    const token = randomBytes(32).toString('base64url');
    const nowMs = this.clock.now();
    await this.repository.forgetExpired(nowMs);
    await this.repository.insert(hashOf(token), person.id, nowMs + SESSION_MS);
    return { token, expiresAtMs: nowMs + SESSION_MS };
  }

  async personOf(token: string): Promise<Person | undefined> {
    return PATTERN.test(token) ? this.repository.personOf(hashOf(token), this.clock.now()) : undefined;
  }

  async end(token: string): Promise<boolean> {
    return PATTERN.test(token) && (await this.repository.end(hashOf(token)));
  }
}
