import { principalOfKey, principalOfPerson, isKeyHolder } from '@tickmark/access';
import type { KeyAuthenticator, Principal, Sessions } from '@tickmark/access';
import { HttpProblem } from '@tickmark/platform';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { remember } from '../http/principal-of.js';
import { verdictOn } from './access-table.js';
import type { AccessLog } from './access-log.js';
import { sessionTokenOf } from './session-cookie.js';

export interface GateParts {
  readonly keys: KeyAuthenticator;
  readonly sessions: Sessions;
  readonly log: AccessLog;
}

/** Stands before every route: who asks, may they, and what of it goes on record. Deny by default. */
export function guard(server: FastifyInstance, parts: GateParts): void {
  server.addHook('onRequest', async (request) => {
    if (request.is404) return;
    const operation = operationOf(request);
    if (verdictOn(operation, undefined) === 'open') return;
    const who = await identify(request, parts);
    if ('refusal' in who) {
      await parts.log.refused(request, { operation, status: 401, actor: 'unknown' });
      throw new HttpProblem(401, who.refusal, { headers: { 'WWW-Authenticate': 'Bearer realm="tickmark"' } });
    }
    if (verdictOn(operation, who.principal.role) === 'forbidden') {
      await parts.log.refused(request, { operation, status: 403, actor: who.principal.actor });
      throw new HttpProblem(403, `The role ${who.principal.role} may not do this.`);
    }
    remember(request, who.principal);
    await parts.log.allowed(request, operation, who.principal);
  });
}

/** `GET /v1/controls/{id}`; HEAD is asked for what GET may see. */
function operationOf({ method, routeOptions }: FastifyRequest): string {
  const path = (routeOptions.url ?? '').replaceAll(/:(\w+)/g, '{$1}');
  return `${method === 'HEAD' ? 'GET' : method} ${path}`;
}

type Who = { readonly principal: Principal } | { readonly refusal: string };

async function identify(request: FastifyRequest, { keys, sessions }: GateParts): Promise<Who> {
  const token = sessionTokenOf(request.headers.cookie);
  if (request.headers.authorization === undefined && token !== undefined) {
    if (isForged(request)) return { refusal: 'This request comes from another site; ask from the console itself.' };
    const person = await sessions.personOf(token);
    return person === undefined ? { refusal: 'The session is over; sign in again.' } : { principal: principalOfPerson(person) };
  }
  const holder = await keys.authenticate(request.headers.authorization);
  return isKeyHolder(holder) ? { principal: principalOfKey(holder) } : { refusal: holder.message };
}

/** A browser says where a changing request comes from; the cookie is only good for our own pages. */
function isForged({ method, headers }: FastifyRequest): boolean {
  const { origin, host } = headers;
  if (method === 'GET' || method === 'HEAD' || origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host;
}
