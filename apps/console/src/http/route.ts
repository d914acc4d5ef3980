import { applyDecorators, createParamDecorator, Delete, Get, HttpCode, Post, SetMetadata } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { HttpProblem } from '@tickmark/platform';
import type { Principal } from '@tickmark/access';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { faultsOf, pointerOf } from './input-faults.js';
import { principalOf } from './principal-of.js';
import { unstorablePath } from './storable.js';

/** One operation of the API: what it takes and what it answers. The same schemas validate, type and document. */
export interface Route<P extends z.ZodType = z.ZodType, Q extends z.ZodType = z.ZodType, B extends z.ZodType = z.ZodType> {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** As OpenAPI writes it: `/v1/controls/{id}`. */
  readonly path: string;
  readonly summary: string;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly status: number;
  /** Undefined: an answer without a body or not of JSON. */
  readonly answer?: z.ZodType;
  readonly answerType?: string;
  /** Also answered as text/plain, to whoever asks for it: what it then is. */
  readonly textAnswer?: string;
  /** When it answers 422: readable, and yet of no use. */
  readonly unprocessable?: string;
}

interface RouteParts<P, Q, B> {
  readonly method: Route['method'];
  readonly path: string;
  readonly summary: string;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly status?: number;
  readonly answer?: z.ZodType;
  readonly answerType?: string;
  readonly textAnswer?: string;
  readonly unprocessable?: string;
}

const nothing = z.strictObject({});
type Nothing = typeof nothing;

export function route<P extends z.ZodType = Nothing, Q extends z.ZodType = Nothing, B extends z.ZodType = z.ZodUndefined>(
  parts: RouteParts<P, Q, B>,
): Route<P, Q, B> {
  return {
    status: 200,
    ...parts,
    // What is left out takes nothing: the defaults of the type parameters say so.
    params: parts.params ?? (nothing as z.ZodType as P),
    query: parts.query ?? (nothing as z.ZodType as Q),
    body: parts.body ?? (z.undefined() as z.ZodType as B),
  };
}

export interface Input<R extends Route> {
  readonly params: z.output<R['params']>;
  readonly query: z.output<R['query']>;
  readonly body: z.output<R['body']>;
  readonly principal: Principal;
}

const ROUTE = 'tickmark:route';
const VERBS = { GET: Get, POST: Post, DELETE: Delete } as const;

const nestPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

/** Puts a method of a controller at its route. */
export const Endpoint = (at: Route): MethodDecorator =>
  applyDecorators(VERBS[at.method](nestPath(at.path)), HttpCode(at.status), SetMetadata(ROUTE, at));

/** The request, checked by the route's schemas. */
export const Checked = createParamDecorator((_: unknown, context: ExecutionContext): Input<Route> => {
  const at = Reflect.getMetadata(ROUTE, context.getHandler()) as Route | undefined;
  if (at === undefined) throw new Error(`${context.getHandler().name} has no route`);
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  return {
    params: check(at.params, request.params, 'path'),
    query: check(at.query, request.query, 'query'),
    body: check(at.body, request.body ?? undefined, 'body'),
    principal: principalOf(request),
  };
});

const UNSTORABLE = 'holds a NUL or half of a surrogate pair; leave it out';

function check(schema: z.ZodType, value: unknown, where: 'path' | 'query' | 'body'): unknown {
  const parsed = schema.safeParse(value);
  const unstorable = parsed.success ? unstorablePath(parsed.data) : undefined;
  if (parsed.success && unstorable === undefined) return parsed.data;
  // An id that cannot be one is an id that nobody has.
  if (where === 'path') throw new HttpProblem(404, 'There is nothing with this id.');
  const errors = parsed.success ? [{ pointer: pointerOf(unstorable ?? []), message: UNSTORABLE }] : faultsOf(parsed.error, where);
  throw new HttpProblem(400, `The ${where} is not valid; see errors.`, { errors });
}
