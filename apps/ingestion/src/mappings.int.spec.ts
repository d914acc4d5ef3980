import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { TestIngestion } from './ingestion.testkit.js';

let ingestion: TestIngestion;
beforeAll(async () => {
  ingestion = await TestIngestion.start();
});
afterAll(() => ingestion[Symbol.asyncDispose]());

const HEADER = 'Employee ID,Status,Manager ID,Department,Start Date,Last Day,As Of';
const send = (rows: readonly string[], path = '/v1/events/hr-export') => ingestion.post([HEADER, ...rows].join('\n'), { path, type: 'text/csv' });

it('a file that a mapping reads is kept as evidence, each refused row by its header, and sent again it changes nothing', async () => {
  const rows = ['w-1,Active,w-7,Payroll,2026-03-02,,2026-03-31', 'w-2,Gone,w-7,Payroll,2026-03-02,,2026-03-31'];
  const first = await send(rows);
  expect([first.status, first.body.accepted, first.body.rejected]).toEqual([
    202,
    2,
    [{ index: 1, pointer: '/Status', message: 'is "Gone", which the mapping\'s words do not know (Active, On Leave, Terminated)' }],
  ]);
  expect(first.body.events.map(({ index, id }) => [index, id])).toEqual([[0, 'w-1@2026-03-31'], [0, 'w-1@joined@2026-03-02']]);
  const again = await send(rows);
  expect([again.status, again.body.events.map(({ evidenceId }) => evidenceId)]).toEqual([202, first.body.events.map(({ evidenceId }) => evidenceId)]);
});

it('a feed has its own address under a mapping, with its own key', async () => {
  const key = await ingestion.feed({ name: 'hr', types: ['hr.worker', 'hr.worker-joined'], sources: ['/hr/export'] });
  const path = '/v1/events/hr-export/hr';
  const row = `${HEADER}\nw-3,Active,,,2026-03-02,,2026-03-31`;
  const answer = await ingestion.post(row, { path, type: 'text/csv', key });
  expect([answer.status, answer.body.accepted]).toEqual([202, 2]);
  expect((await ingestion.post(row, { path, type: 'text/csv' })).status).toBe(403);
  expect((await ingestion.post(row, { path: '/v1/events/hr-expert', type: 'text/csv' })).status).toBe(404);
});

it('a file without a column is refused as a whole, and kept nowhere', async () => {
  const before = await ingestion.count('evidence');
  const answer = await ingestion.post('Employee ID,Status\nw-9,Active', { path: '/v1/events/hr-export', type: 'text/csv' });
  expect([answer.status, answer.body.errors]).toEqual([400, [{ pointer: '', message: 'the header line has no column Manager ID' }]]);
  expect(await ingestion.count('evidence')).toBe(before);
});
