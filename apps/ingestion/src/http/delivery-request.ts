import type { Headers } from '@tickmark/formats';
import { HttpProblem } from '@tickmark/platform';
import type { FastifyRequest } from 'fastify';

type Query = Readonly<Record<string, string | undefined>>;

/** Header fields as formats read them: lower case, one value each. */
export function headersOf(request: FastifyRequest): Headers {
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers)) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  return headers;
}

export function queryOf(request: FastifyRequest): Query {
  const query = request.query as Readonly<Record<string, string | readonly string[] | undefined>>;
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, typeof value === 'string' ? value : value?.[0]]));
}

/** These addresses take no parameters; a misspelt one must not be passed over in silence. */
export function refuseQuery(query: Query, known: readonly string[] = []): void {
  const unknown = Object.keys(query).filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  const errors = unknown.slice(0, 10).map((name) => ({
    pointer: '',
    message: `the query parameter "${name.slice(0, 100)}" is not known here; leave it out`,
  }));
  throw new HttpProblem(400, 'The address has query parameters that are not known.', { errors });
}

/** How large the body may turn out: what the sender announced, when it is sent plain, else the limit. */
export function largestBody(request: FastifyRequest, limitBytes: number): number {
  const announced = Number(request.headers['content-length'] ?? Number.NaN);
  const isPlain = request.headers['content-encoding'] === undefined;
  return isPlain && Number.isFinite(announced) ? Math.min(announced, limitBytes) : limitBytes;
}

export function encodingOf(request: FastifyRequest): 'identity' | 'gzip' {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding === 'identity' || encoding === 'gzip') return encoding;
  throw new HttpProblem(415, 'The content encoding is not known; send the body plain or as gzip.', {
    headers: { 'Accept-Encoding': 'gzip, identity' },
  });
}
