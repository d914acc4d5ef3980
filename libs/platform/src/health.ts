/** A server this app talks to. `required`: without it the app cannot do its work. */
export interface Dependency {
  readonly name: string;
  readonly required: boolean;
  /** Resolves when it answers; rejects with the reason. May also resolve to a reason for being degraded. */
  readonly check: () => Promise<string | undefined>;
}

export interface Readiness {
  readonly status: 'ready' | 'degraded' | 'not-ready';
  /** Required dependencies that do not answer. */
  readonly missing: readonly DependencyFault[];
  /** The others: the app works, and says what is late. */
  readonly degraded: readonly DependencyFault[];
}

export interface DependencyFault {
  readonly name: string;
  readonly reason: string;
}

const CHECK_TIMEOUT_MS = 2_000;

/** Asks all dependencies at once, each for at most two seconds. */
export async function readiness(
  dependencies: readonly Dependency[],
  timeoutMs: number = CHECK_TIMEOUT_MS,
): Promise<Readiness> {
  const asked = await Promise.all(
    dependencies.map(async ({ name, required, check }) => ({ name, required, reason: await reasonOf(check, timeoutMs) })),
  );
  const faults = asked.flatMap(({ name, required, reason }) => (reason === undefined ? [] : [{ name, required, reason }]));
  const named = (required: boolean) =>
    faults.filter((fault) => fault.required === required).map(({ name, reason }) => ({ name, reason }));
  const missing = named(true);
  const degraded = named(false);
  const status = missing.length > 0 ? 'not-ready' : degraded.length > 0 ? 'degraded' : 'ready';
  return { status, missing, degraded };
}

async function reasonOf(check: Dependency['check'], timeoutMs: number): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${timeoutMs} ms`), timeoutMs);
  });
  try {
    return await Promise.race([check(), late]);
  } catch (error) {
    return error instanceof Error && error.message !== '' ? error.message : String(error);
  } finally {
    clearTimeout(timer);
  }
}
