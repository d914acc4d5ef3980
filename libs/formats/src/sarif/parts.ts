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
  /** Of what comes with the tool, by place and by name; CodeQL has its rules in packs of their own. */
  readonly extensions: { readonly all: readonly (readonly RunRule[])[]; readonly named: ReadonlyMap<string, readonly RunRule[]> };
  readonly levels: ReadonlyMap<string, string>;
}
