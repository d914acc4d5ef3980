import { z } from 'zod';

/** The environment does not fit the schema: every fault is listed, no value is repeated. */
export class ConfigError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(`The configuration has ${faults.length} fault(s):\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The one place where the process environment is read. Empty variables count as not set. */
export function parseConfig<S extends z.ZodObject>(schema: S, environment: Environment = process.env): z.output<S> {
  const given = Object.fromEntries(
    Object.keys(schema.shape).flatMap((name) => {
      const value = environment[name];
      return value === undefined || value === '' ? [] : [[name, value]];
    }),
  );
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join('.') || '(all)'}: ${issue.message}`));
}

const SECRET_NAME = /SECRET|PASSWORD|TOKEN|_KEY$/;
const HIDDEN = '(hidden)';

/** What may be printed at start: secrets are hidden, addresses lose their password. */
export function printableConfig(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => [name, SECRET_NAME.test(name) ? HIDDEN : withoutPassword(value)]),
  );
}

function withoutPassword(value: unknown): unknown {
  if (typeof value !== 'string' || !URL.canParse(value)) return value;
  const url = new URL(value);
  if (url.password === '') return value;
  url.password = HIDDEN;
  return url.toString();
}
