import type { Clock } from '@tickmark/platform';

interface Entry<V> {
  readonly value: Promise<V>;
  readonly untilMs: number;
}

interface RecentOptions<V> {
  readonly clock: Clock;
  readonly keepMs: number;
  readonly most: number;
  load(key: string): Promise<V>;
}

/**
 * What was looked up a moment ago, so that a busy feed does not ask Postgres at every request. Callers who ask at once
 * share one look-up; a failed one is not kept. Bounded: the oldest goes first.
 */
export class Recent<V> {
  private readonly entries = new Map<string, Entry<V>>();

  constructor(private readonly options: RecentOptions<V>) {}

  get(key: string): Promise<V> {
    const { clock, keepMs, most } = this.options;
    const known = this.entries.get(key);
    if (known !== undefined && known.untilMs > clock.now()) return known.value;
    const value = this.options.load(key);
    this.entries.delete(key);
    this.entries.set(key, { value, untilMs: clock.now() + keepMs });
    if (this.entries.size > most) this.dropOldest();
    value.catch(() => {
      if (this.entries.get(key)?.value === value) this.entries.delete(key);
    });
    return value;
  }

  private dropOldest(): void {
    const oldest = this.entries.keys().next();
    if (oldest.done !== true) this.entries.delete(oldest.value);
  }
}
