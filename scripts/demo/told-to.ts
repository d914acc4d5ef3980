import { DIGEST_TIMING, everythingTo } from '@tickmark/alerting';
import { TOPICS, stateChangeMessage } from '@tickmark/contracts';
import type { StateChangeMessage } from '@tickmark/contracts';
import { backdateNotices, claimNotices, recordAttempts } from '@tickmark/persistence';
import type { Database } from '@tickmark/persistence';
import { KnownControls } from '../../apps/notifier/dist/known-controls.js';
import { RecordChanges } from '../../apps/notifier/dist/plan/record-changes.js';
import type { StoryClock } from './story-clock.ts';

/** Who was told in the story. The receivers of the running system are others: they never hear of it. */
const RECEIVER = { name: 'larkspur-on-call', channels: { webhook: {} } };
const NOTE = 'told within the demo story; nothing was sent';
const LEASE_MS = 60_000;
const AT_ONCE = 1_000;

/** The notifier without Kafka, Redis and network: notices are planned as it does and recorded as sent. */
export class ToldTo {
  readonly #database: Database;
  readonly #clock: StoryClock;
  readonly #changes: RecordChanges;
  #afterId = 0;

  constructor(database: Database, clock: StoryClock, consoleUrl: string) {
    this.#database = database;
    this.#clock = clock;
    this.#changes = new RecordChanges({ routing: everythingTo(RECEIVER), consoleUrl, digest: DIGEST_TIMING, clock }, new KnownControls());
  }

  /** Everything that changed since the last time, at the time that the clock shows. */
  async tell(): Promise<void> {
    const messages = await this.#changesSince();
    if (messages.length === 0) return;
    const ids = await this.#database.transaction((transaction) => this.#changes.plan(transaction, messages));
    if (ids.length === 0) return;
    const claimed = await claimNotices(this.#database, ids, LEASE_MS);
    if (claimed.length !== ids.length) throw new Error('a notice of the story was taken by somebody else');
    const sent = claimed.map((notice) => ({ notice, outcome: { kind: 'sent', note: NOTE }, next: { kind: 'done' } }) as const);
    await recordAttempts(this.#database, sent, this.#clock.now());
    await backdateNotices(this.#database, ids, this.#clock.now());
  }

  async #changesSince(): Promise<readonly StateChangeMessage[]> {
    const { rows } = await this.#database.query<{ id: number; message: object }>(
      `SELECT id, message FROM outbox WHERE topic = $1 AND id > $2 AND message->>'kind' <> 'state-changed' ORDER BY id LIMIT $3`,
      [TOPICS.stateChanges, this.#afterId, AT_ONCE],
    );
    this.#afterId = rows.at(-1)?.id ?? this.#afterId;
    return rows.map(({ id, message }) => stateChangeMessage.parse({ ...message, sequence: id }));
  }
}
