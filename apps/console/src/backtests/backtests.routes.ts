import { z } from 'zod';
import { backtest, backtestDifference } from '../answers/backtest.js';
import { instant, pageOf, paging } from '../http/query.js';
import { route } from '../http/route.js';

const YAML_MOST = 200_000;
const DAYS_MOST = 800;
const DAY_MS = 86_400_000;
const id = z.strictObject({ id: z.uuid() });

/** A time that is none is told at its own place, not by what follows from it. */
const request = z
  .strictObject({
    yaml: z.string().min(1).max(YAML_MOST).meta({ description: 'The control file, as it would be put into the catalogue' }),
    from: instant,
    to: instant.meta({ description: 'Half-open; what is later than judging has come is not compared' }),
  })
  .refine(({ from, to }) => !(from >= to), { path: ['to'], error: 'must be after from: the range is half-open, [from, to)' })
  .refine(({ from, to }) => !(to - from > DAYS_MOST * DAY_MS), { path: ['from'], error: `at most ${DAYS_MOST} days are compared at once` });

export const startBacktest = route({
  method: 'POST',
  path: '/v1/backtests',
  summary: 'Judge any control over the evidence on file and compare it with the record',
  unprocessable: 'The file is not a valid control; errors says where and what to write instead.',
  body: request,
  status: 202,
  answer: z.strictObject({ id: z.string() }),
});

export const showBacktest = route({
  method: 'GET',
  path: '/v1/backtests/{id}',
  summary: 'How far a backtest is, and by day what it found',
  params: id,
  answer: backtest,
});

export const listBacktestDifferences = route({
  method: 'GET',
  path: '/v1/backtests/{id}/differences',
  summary: 'What differs by key, once the backtest is done',
  params: id,
  query: z.strictObject(paging),
  answer: pageOf(backtestDifference),
});
