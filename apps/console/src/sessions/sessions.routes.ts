import { z } from 'zod';
import { instantText } from '../answers/common.js';
import { route } from '../http/route.js';

export const startSession = route({
  method: 'POST',
  path: '/v1/sessions',
  summary: 'Sign in; the session is a cookie',
  body: z.strictObject({ email: z.string().min(1).max(320), password: z.string().min(1).max(1_024) }).meta({ id: 'SignIn' }),
  status: 201,
  answer: z.strictObject({ email: z.string(), role: z.string(), expiresAt: instantText }),
});

export const endSession = route({
  method: 'DELETE',
  path: '/v1/sessions',
  summary: 'Sign out: the session of the cookie ends at once, everywhere',
  status: 204,
});
