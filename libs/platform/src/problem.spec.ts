import { describe, expect, it } from '@jest/globals';
import { HttpException, NotFoundException } from '@nestjs/common';
import { HttpProblem, retryAfter } from './problem.js';
import { toProblem } from './problem.filter.js';

describe('a problem answer', () => {
  it('has type, title, status, detail and the faults by their place', () => {
    const problem = new HttpProblem(400, 'Correct it.', { errors: [{ index: 1, pointer: '/id', message: 'is missing' }], extra: { deliveryId: 'd1' } });
    expect(problem.body()).toEqual({
      type: 'about:blank',
      title: 'Bad request',
      status: 400,
      detail: 'Correct it.',
      errors: [{ index: 1, pointer: '/id', message: 'is missing' }],
      deliveryId: 'd1',
    });
  });

  it('of an unexpected error tells nothing of it', () => {
    expect(JSON.stringify(toProblem(new Error('password is hunter2')).body())).not.toContain('hunter2');
    expect(toProblem('x').status).toBe(500);
  });

  it('keeps the status of Nest’s and Fastify’s own errors', () => {
    expect(toProblem(new HttpException('no', 405)).status).toBe(405);
    expect(toProblem(Object.assign(new Error('bad header'), { statusCode: 400 })).status).toBe(400);
    expect(toProblem(Object.assign(new Error('odd'), { statusCode: 500 })).detail).not.toContain('odd');
    expect(toProblem(new NotFoundException()).detail).toContain('/openapi.json');
  });

  it('asks to come back after whole seconds, at least one', () => {
    expect([0, 1, 1_001].map((ms) => retryAfter(ms)['Retry-After'])).toEqual(['1', '1', '2']);
  });
});
