import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { faultsOf } from './input-faults.js';

const schema = z.strictObject({
  name: z.string().min(1),
  reports: z.array(z.enum(['soc1', 'soc2'])).min(1),
  answers: z.record(z.string(), z.boolean()),
  revision: z.int().max(9),
  own: z.string({ error: 'must be a word of ours' }),
});
const good = { name: 'x', reports: ['soc1'], answers: {}, revision: 1, own: 'x' };
const said = (body: unknown) => faultsOf(schema.safeParse(body).error!, 'body').map(({ pointer, message }) => `${pointer} ${message}`);

describe('faults of input', () => {
  it('say what to write, at its place', () => {
    expect(said({})).toEqual([
      '/name is missing; it must be text', '/reports is missing; it must be a list', '/answers is missing; it must be an object',
      '/revision is missing; it must be a number', '/own must be a word of ours',
    ]);
    expect(said({ ...good, name: '', reports: ['soc3'], answers: { Q1: 'yes' }, revision: 10 })).toEqual([
      '/name must have a length of at least 1', '/reports/0 must be one of soc1, soc2', '/answers/Q1 must be true or false', '/revision must be at most 9',
    ]);
    expect(said({ ...good, reports: [], more: 1 })).toEqual(['/reports must hold at least 1', '/more There is no field more here; leave it out (see /openapi.json).']);
    expect(said([])).toEqual([' must be an object']);
  });
});
