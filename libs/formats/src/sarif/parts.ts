import { eventId } from '../reading/event-id.js';

/** Two results that are alike in everything are two. */
export class Ids {
  private readonly seen = new Map<string, number>();

  of(id: string): string {
    const times = (this.seen.get(id) ?? 0) + 1;
    this.seen.set(id, times);
    return times === 1 ? id : eventId(id, `#${times}`);
  }
}

export interface RunRule {
  readonly id: string;
  readonly level?: string | null | undefined;
}

/** What comes with a tool; CodeQL has its rules in packs of their own. */
export interface Extension {
  readonly name: string | null | undefined;
  readonly rules: readonly RunRule[];
}

export interface Run {
  readonly tool: string;
  readonly source: string;
  readonly id: string;
  readonly ids: Ids;
  readonly timeMs: number | undefined;
  /** What was looked at, where a result names no place. */
  readonly target: string;
  readonly failed: boolean;
  readonly rules: readonly RunRule[];
  readonly extensions: readonly Extension[];
  readonly levels: ReadonlyMap<string, string>;
}
