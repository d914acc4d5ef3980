import type { Clock } from '@tickmark/platform';

interface AttemptLimitOptions {
  readonly clock: Clock;
  readonly most: number;
  readonly windowMs: number;
  /** How many names are remembered; the oldest is forgotten first. */
  readonly mostNames?: number;
}

interface Window {
  readonly endsAtMs: number;
  attempts: number;
}

const MOST_NAMES = 10_000;

/** At most so many attempts in a window for each name (an address, an email). Bounded memory. */
export class AttemptLimit {
  private readonly windows = new Map<string, Window>();

  constructor(private readonly options: AttemptLimitOptions) {}

  /** Counts one; undefined: go on, else how long to wait. */
  attempt(name: string): number | undefined {
    const { clock, most, windowMs, mostNames = MOST_NAMES } = this.options;
    const nowMs = clock.now();
    const known = this.windows.get(name);
    const window = known !== undefined && known.endsAtMs > nowMs ? known : { endsAtMs: nowMs + windowMs, attempts: 0 };
    if (window.attempts >= most) return window.endsAtMs - nowMs;
    window.attempts += 1;
    this.windows.delete(name);
    this.windows.set(name, window);
    const oldest = this.windows.keys().next();
    if (this.windows.size > mostNames && oldest.done !== true) this.windows.delete(oldest.value);
    return undefined;
  }

  forget(name: string): void {
    this.windows.delete(name);
  }
}
