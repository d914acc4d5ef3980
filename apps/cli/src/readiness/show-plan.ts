import type { Decision } from '@tickmark/readiness';
import { ConsoleClient } from '../console/console-client.js';
import { EXIT, type ExitCode, type Io } from '../io.js';
import { askConsole, pathWith, scopeQuery, type ScopeOptions } from './ask-console.js';
import { planAnswer } from './console-answers.js';
import { printPlan } from './print-plan.js';

export interface PlanOptions extends ScopeOptions {
  readonly type?: string;
  readonly start?: string;
  readonly samples?: string;
  readonly json?: true;
}

export async function showPlan(options: PlanOptions, decision: Decision | undefined, io: Io): Promise<ExitCode> {
  const client = await ConsoleClient.from(options, io);
  const { start, samples, type = decision?.type ?? undefined } = options;
  const asked = await askConsole(client, pathWith('/v1/readiness/plan', { ...scopeQuery(options, decision), type, start, samples }), planAnswer, io);
  if (asked === undefined) return EXIT.serverAway;
  if (options.json === true) io.out.write(`${JSON.stringify(asked.body, undefined, 2)}\n`);
  else printPlan(asked.answer, io);
  return EXIT.good;
}
