import type { State } from '@tickmark/contracts';
import type { Basis, Failure, Observation, Point } from '../model.js';

/** What holds of a key from an instant on. */
export interface Stand {
  readonly state: State;
  readonly basis: Basis;
  readonly reason?: string;
  readonly evidenceId?: string;
  readonly system?: string;
  readonly feedIds: readonly number[];
  readonly occurrence?: string;
}

/** Worst first: in a tie the worse outcome holds. */
const WORST_FIRST: readonly State[] = ['fail', 'error', 'unknown', 'pass', 'no-occurrence', 'not-applicable'];

export const isWorse = (a: State, b: State): boolean => WORST_FIRST.indexOf(a) < WORST_FIRST.indexOf(b);

/** What begins a failure; `fromMs` and how it ends are the writer's. */
export type Fault = Omit<Failure, 'key' | 'fromMs' | 'toMs' | 'toBasis' | 'remedyEvidenceId' | 'provenMs'>;

export interface Recovery {
  readonly basis: Basis;
  readonly evidenceId?: string;
  readonly occurrence?: string;
}

/** What a fold can say about the keys of its group. Nothing that it says is before the check is in force. */
export interface Writer {
  readonly group: string;
  readonly effectiveFromMs: number;
  /** Whether what occurred then is this version's to judge. */
  isInForce(atMs: number): boolean;
  /** Since when what is expected could be heard of at all. */
  readonly heardFromMs: number;
  /** The key exists from here on, in the given stand until something else is said. */
  begin(key: string, atMs: number, stand: Stand): void;
  has(key: string): boolean;
  enter(key: string, atMs: number, stand: Stand): void;
  /** What held can be relied on no longer, for want of anything newer; gives back what it was about. */
  fade(key: string, atMs: number, to: Pick<Stand, 'state' | 'reason'>): Pick<Stand, 'system' | 'feedIds'>;
  /** Opens a failure unless one of that occurrence is open; then, by evidence, it shows that it was still so. */
  fail(key: string, atMs: number, fault: Fault): void;
  recover(key: string, atMs: number, recovery: Recovery): void;
  /** Says it anew whenever it changes; once `settled` it changes no more. */
  observe(observation: Observation, settled: boolean): void;
  retire(key: string, atMs: number): void;
  revive(key: string): void;
  /** An expression failed on what this point says; ends with the next one of the same slot that can be read. */
  failedOn(slot: string, key: string, cause: Pick<Point, 'atMs' | 'evidenceId'> & { readonly message: string }): void;
  readOn(slot: string, atMs: number): void;
}

