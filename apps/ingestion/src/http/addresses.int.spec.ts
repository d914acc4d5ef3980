import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { FORMATS } from '@tickmark/formats';
import { TestIngestion } from '../ingestion.testkit.js';
import { answers } from './answer-schemas.js';

let ingestion: TestIngestion;
beforeAll(async () => {
  ingestion = await TestIngestion.start();
});
afterAll(() => ingestion[Symbol.asyncDispose]());

const get = async (path: string) => {
  const answer = await fetch(`${ingestion.url}${path}`);
  return { status: answer.status, type: answer.headers.get('content-type') ?? '', text: await answer.text() };
};

it('lists each format with its sample, and each sample is taken as it stands', async () => {
  const { status, text } = await get('/v1/formats');
  const { items } = answers.FormatList.parse(JSON.parse(text));
  expect([status, items.map(({ name }) => name)]).toEqual([200, [...FORMATS.map(({ id }) => id), 'access-review', 'hr-export']]);
  for (const { name, sample } of items) {
    const answer = await ingestion.post(sample.body, { path: `/v1/events/${name}`, type: sample.contentType, headers: sample.headers });
    expect([name, answer.status, answer.body.rejected]).toEqual([name, 202, []]);
  }
});

it('serves its OpenAPI document', async () => {
  const { status, text } = await get('/openapi.json');
  expect([status, JSON.parse(text)]).toEqual([200, expect.objectContaining({ openapi: '3.1.0' })]);
});

it('says that it is alive and ready, and shows its metrics', async () => {
  expect(answers.Alive.parse(JSON.parse((await get('/healthz')).text))).toEqual({ status: 'alive' });
  expect(answers.Readiness.parse(JSON.parse((await get('/readyz')).text)).missing).toEqual([]);
  const metrics = await get('/metrics');
  expect(metrics.type).toContain('text/plain');
  for (const name of ['tickmark_events_total', 'tickmark_append_seconds', 'tickmark_relay_waiting_leaves', 'tickmark_conflicts_total']) {
    expect(metrics.text).toContain(name);
  }
});

it.each(['/v1/events', '/v1/nothing', '/', '/v1/events/%00', '/v1/events/%zz', `/v1/events/${'x'.repeat(300)}`])('answers GET %s with a problem', async (path) => {
  const { status, type, text } = await get(path);
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
  expect(type).toContain('application/problem+json');
  expect(answers.Problem.parse(JSON.parse(text)).status).toBe(status);
});
