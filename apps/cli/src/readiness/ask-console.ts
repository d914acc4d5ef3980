import type { Decision } from '@tickmark/readiness';
import { z } from 'zod';
import { ConsoleClient, type ConsoleOptions } from '../console/console-client.js';
import { WrongUse, type Io } from '../io.js';

/** What gaps and plan are asked about. */
export interface ScopeOptions extends ConsoleOptions {
  readonly reports?: string;
  readonly categories?: string;
  readonly objectives?: string;
  readonly engagement?: string;
}

export type Query = Readonly<Record<string, string | undefined>>;

export const scopeQuery = ({ reports, categories, objectives, engagement }: ScopeOptions, decision: Decision | undefined): Query => ({
  reports: reports ?? decision?.reports.join(','),
  categories: categories ?? (decision === undefined || decision.categories.length === 0 ? undefined : decision.categories.join(',')),
  objectives,
  engagement,
});

const problem = z.object({ errors: z.array(z.object({ pointer: z.string(), message: z.string() })).optional() });

/** Undefined: the server is away, which has been said. */
export async function askConsole<T>(client: ConsoleClient, path: string, schema: z.ZodType<T>, io: Io): Promise<{ readonly body: unknown; readonly answer: T } | undefined> {
  const answered = await client.get(path);
  if (answered.outcome === 'away') {
    io.err.write(`tickmark: ${answered.detail}\n`);
    return undefined;
  }
  if (answered.outcome === 'refused') {
    const errors = problem.safeParse(answered.body).data?.errors ?? [];
    throw new WrongUse([answered.detail, ...errors.map(({ pointer, message }) => `  --${pointer.split('/')[1] ?? ''}: ${message}`)].join('\n'));
  }
  const parsed = schema.safeParse(answered.body);
  if (!parsed.success) throw new WrongUse(`what answers at ${client.url} is not a console of this version`);
  return { body: answered.body, answer: parsed.data };
}

export function pathWith(path: string, query: Query): string {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`]));
  return given.length === 0 ? path : `${path}?${given.join('&')}`;
}
