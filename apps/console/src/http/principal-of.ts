import type { Principal } from '@tickmark/access';
import type { FastifyRequest } from 'fastify';

const principals = new WeakMap<object, Principal>();

export const remember = (request: FastifyRequest, principal: Principal): void => void principals.set(request.raw, principal);

/** Whoever asks; on a route that anyone may ask, nobody in particular. */
export const principalOf = (request: FastifyRequest): Principal =>
  principals.get(request.raw) ?? { actor: 'anonymous', role: 'viewer' };
