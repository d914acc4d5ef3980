import { Controller, Inject, Req, Res } from '@nestjs/common';
import { Sessions, SignIn } from '@tickmark/access';
import type { SignedIn } from '@tickmark/access';
import { toInstant } from '@tickmark/contracts';
import { HttpProblem, retryAfter } from '@tickmark/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sessionCookie, sessionTokenOf } from '../access/session-cookie.js';
import { Checked, Endpoint } from '../http/route.js';
import type { Input } from '../http/route.js';
import { endSession, startSession } from './sessions.routes.js';

export const COOKIES_ARE_SECURE = Symbol('tickmark.cookies-are-secure');

@Controller()
export class SessionsController {
  constructor(
    @Inject(SignIn) private readonly signIn: SignIn,
    @Inject(Sessions) private readonly sessions: Sessions,
    @Inject(COOKIES_ARE_SECURE) private readonly secure: boolean,
  ) {}

  @Endpoint(startSession)
  async start(
    @Checked() { body }: Input<typeof startSession>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { person, session } = orThrow(await this.signIn.execute({ ...body, address: request.ip }));
    const maxAgeSeconds = Math.floor((session.expiresAtMs - Date.now()) / 1_000);
    void reply.header('Set-Cookie', sessionCookie(session.token, { maxAgeSeconds, secure: this.secure }));
    void reply.header('Cache-Control', 'no-store');
    return { email: person.email, role: person.role, expiresAt: toInstant(session.expiresAtMs) };
  }

  @Endpoint(endSession)
  async end(@Checked() _: Input<typeof endSession>, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const token = sessionTokenOf(request.headers.cookie);
    if (token !== undefined) await this.sessions.end(token);
    void reply.header('Set-Cookie', sessionCookie('', { maxAgeSeconds: 0, secure: this.secure }));
  }
}

function orThrow(signedIn: SignedIn): Extract<SignedIn, { outcome: 'signed-in' }> {
  if (signedIn.outcome === 'signed-in') return signedIn;
  if (signedIn.outcome === 'refused') throw new HttpProblem(401, 'Email or password is wrong.');
  throw new HttpProblem(429, 'Too many attempts; wait a little.', { headers: retryAfter(signedIn.retryAfterMs) });
}
