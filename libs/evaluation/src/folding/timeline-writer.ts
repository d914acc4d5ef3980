import type { ErrorStretch, Failure, KeyTimeline, Observation, Point, Segment } from '../model.js';
import type { Fault, Recovery, Stand, Writer } from './stand.js';

/** `early`: begun before the check was in force. */
interface OpenFailure extends Failure {
  readonly early?: true;
}

interface KeyState {
  readonly beginMs: number;
  readonly retiredAtMs?: number;
  /** The open one last; the writer's own, changed in place. */
  readonly segments: Segment[];
  readonly open: readonly OpenFailure[];
  readonly closed: readonly Failure[];
}

/** Plain JSON: what must be remembered of the output at a settled instant. */
export interface WriterState {
  readonly keys: readonly (readonly [key: string, state: KeyState])[];
  readonly errors: readonly (readonly [slot: string, stretch: ErrorStretch])[];
  readonly closedErrors: readonly ErrorStretch[];
  /** Not settled: what is stored of them may rest on what was only judged for now, so each judgement gives them anew. */
  readonly observations: readonly Observation[];
}

const MAX_MESSAGE = 300;

/** Collects what a fold says into segments that tile, failures and observations. */
export class TimelineWriter implements Writer {
  readonly #keys: Map<string, KeyState>;
  readonly #errors: Map<string, ErrorStretch>;
  readonly #closedErrors: ErrorStretch[];
  readonly #observations = new Map<string, { readonly observation: Observation; readonly settled: boolean }>();

  constructor(
    readonly group: string,
    private readonly force: { readonly effectiveFromMs: number; readonly effectiveToMs?: number; readonly heardFromMs?: number },
    from: WriterState | undefined,
  ) {
    this.#keys = new Map(from?.keys.map(([key, state]) => [key, { ...state, segments: [...state.segments] }]));
    this.#errors = new Map(from?.errors);
    this.#closedErrors = [...(from?.closedErrors ?? [])];
    for (const observation of from?.observations ?? []) this.observe(observation, false);
  }

  get effectiveFromMs(): number {
    return this.force.effectiveFromMs;
  }

  get heardFromMs(): number {
    return this.force.heardFromMs ?? Number.NEGATIVE_INFINITY;
  }

  isInForce(atMs: number): boolean {
    return atMs >= this.force.effectiveFromMs && atMs < (this.force.effectiveToMs ?? Infinity);
  }

  begin(key: string, atMs: number, stand: Stand): void {
    if (this.has(key)) return;
    const beginMs = this.#inForce(atMs);
    this.#keys.set(key, { beginMs, segments: [{ ...stand, fromMs: beginMs }], open: [], closed: [] });
  }

  has(key: string): boolean {
    return this.#keys.has(key);
  }

  enter(key: string, atMs: number, stand: Stand): void {
    const state = this.#key(key);
    enter(state.segments, this.#inForce(atMs), stand);
    // A failure of before goes on only if the key still fails when the check comes into force.
    if (atMs > this.effectiveFromMs || stand.state === 'fail' || !state.open.some(({ early }) => early === true)) return;
    this.#keys.set(key, { ...state, open: state.open.filter(({ early }) => early !== true) });
  }

  fade(key: string, atMs: number, to: Pick<Stand, 'state' | 'reason'>): Pick<Stand, 'system' | 'feedIds'> {
    const { system, feedIds = [] } = this.#key(key).segments.at(-1) ?? {};
    const about = { feedIds, ...(system === undefined ? {} : { system }) };
    this.enter(key, atMs, { ...to, basis: 'absence', ...about });
    return about;
  }

  fail(key: string, atMs: number, fault: Fault): void {
    const state = this.#key(key);
    const at = this.#inForce(atMs);
    const known = state.open.find(({ occurrence }) => occurrence === fault.occurrence);
    if (known === undefined) {
      const failure: OpenFailure = { ...fault, key, fromMs: at, ...(atMs < at ? { early: true } : {}) };
      this.#keys.set(key, { ...state, open: [...state.open, failure] });
    } else if (known.basis === 'absence' && known.provenMs === undefined && fault.basis === 'evidence') {
      const open = state.open.map((failure) => (failure === known ? { ...known, provenMs: at } : failure));
      this.#keys.set(key, { ...state, open });
    }
  }

  recover(key: string, atMs: number, { basis, evidenceId, occurrence }: Recovery): void {
    const state = this.#key(key);
    const found = state.open.find((failure) => failure.occurrence === occurrence);
    if (found === undefined) return;
    const open = state.open.filter((failure) => failure !== found);
    const { early, ...failure } = found;
    const remedy = evidenceId === undefined ? {} : { remedyEvidenceId: evidenceId };
    // What was over by the time the check came into force was never its failure.
    const neverItsOwn = atMs < this.effectiveFromMs || (early === true && atMs === this.effectiveFromMs);
    const closed = neverItsOwn ? state.closed : [...state.closed, { ...failure, toMs: atMs, toBasis: basis, ...remedy }];
    this.#keys.set(key, { ...state, open, closed });
  }

  observe(observation: Observation, settled: boolean): void {
    this.#observations.set(JSON.stringify([observation.key, observation.occurrence]), { observation, settled });
  }

  retire(key: string, atMs: number): void {
    const state = this.#key(key);
    if (state.retiredAtMs === undefined) this.#keys.set(key, { ...state, retiredAtMs: this.#inForce(atMs) });
  }

  revive(key: string): void {
    const { retiredAtMs, ...state } = this.#key(key);
    if (retiredAtMs !== undefined) this.#keys.set(key, state);
  }

  failedOn(slot: string, key: string, { atMs, evidenceId, message }: Pick<Point, 'atMs' | 'evidenceId'> & { readonly message: string }): void {
    if (this.#errors.has(slot)) return;
    this.#errors.set(slot, { key, fromMs: this.#inForce(atMs), message: message.slice(0, MAX_MESSAGE), evidenceId });
  }

  readOn(slot: string, atMs: number): void {
    const stretch = this.#errors.get(slot);
    if (stretch === undefined) return;
    this.#errors.delete(slot);
    if (stretch.fromMs < atMs) this.#closedErrors.push({ ...stretch, toMs: atMs });
  }

  /** Everything that is open or ends at or after the base. */
  timelines(baseMs: number): KeyTimeline[] {
    const observations = Map.groupBy([...this.#observations.values()].map(({ observation }) => observation), ({ key }) => key);
    return [...this.#keys].map(([key, { beginMs, retiredAtMs, segments, open, closed }]) => ({
      key,
      beginMs,
      ...(retiredAtMs === undefined ? {} : { retiredAtMs }),
      segments: segments.filter(endsFrom(baseMs)),
      failures: [...closed.filter(endsFrom(baseMs)), ...open.map(withoutEarly)],
      observations: observations.get(key) ?? [],
    }));
  }

  errors(baseMs: number): ErrorStretch[] {
    return [...this.#closedErrors.filter(endsFrom(baseMs)), ...this.#errors.values()];
  }

  /** What a carry at this instant keeps: what ended before it is settled and left out. */
  saved(atMs: number): WriterState {
    const lasts = endsFrom(atMs);
    const keys = [...this.#keys].map(([key, state]): readonly [string, KeyState] => [
      key,
      { ...state, segments: state.segments.filter(lasts), closed: state.closed.filter(lasts) },
    ]);
    const observations = [...this.#observations.values()].flatMap(({ observation, settled }) => (settled ? [] : [observation]));
    return { keys, errors: [...this.#errors], closedErrors: this.#closedErrors.filter(lasts), observations };
  }

  #inForce(atMs: number): number {
    return Math.max(atMs, this.effectiveFromMs);
  }

  #key(key: string): KeyState {
    const found = this.#keys.get(key);
    if (found === undefined) throw new Error(`the key ${JSON.stringify(key)} has not begun`);
    return found;
  }
}

/** What begins where the current one began replaces it: nothing held for no time, and equal neighbours are one. */
function enter(segments: Segment[], atMs: number, stand: Stand): void {
  const current = segments.pop();
  if (current === undefined) {
    segments.push({ ...stand, fromMs: atMs });
  } else if (sameStand(current, stand)) {
    segments.push(current);
  } else if (current.fromMs < atMs) {
    segments.push({ ...current, toMs: atMs }, { ...stand, fromMs: atMs });
  } else {
    const before = segments.pop();
    if (before !== undefined && sameStand(before, stand)) segments.push(opened(before));
    else segments.push(...(before === undefined ? [] : [before]), { ...stand, fromMs: atMs });
  }
}

const endsFrom =
  (atMs: number) =>
  ({ toMs }: { readonly toMs?: number }): boolean =>
    toMs === undefined || toMs >= atMs;

const opened = ({ toMs: _toMs, ...segment }: Segment): Segment => segment;
const withoutEarly = ({ early: _early, ...failure }: OpenFailure): Failure => failure;

function sameStand(a: Stand, b: Stand): boolean {
  return (
    a.state === b.state &&
    a.basis === b.basis &&
    a.reason === b.reason &&
    a.system === b.system &&
    a.occurrence === b.occurrence &&
    a.feedIds.length === b.feedIds.length &&
    a.feedIds.every((id, index) => id === b.feedIds[index])
  );
}
