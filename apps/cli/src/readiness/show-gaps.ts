import type { Decision } from '@tickmark/readiness';
import { ConsoleClient } from '../console/console-client.js';
import { EXIT, type ExitCode, type Io } from '../io.js';
import { askConsole, pathWith, scopeQuery, type ScopeOptions } from './ask-console.js';
import { gapsAnswer, type GapsAnswer } from './console-answers.js';
import { printGaps } from './print-gaps.js';

export interface GapsOptions extends ScopeOptions {
  readonly all?: true;
  readonly json?: true;
}

/** 0: evidence flows for everything in scope; 1: something is missing. */
export async function showGaps(options: GapsOptions, decision: Decision | undefined, io: Io): Promise<ExitCode> {
  const client = await ConsoleClient.from(options, io);
  let first: { readonly body: object; readonly answer: GapsAnswer } | undefined;
  const [items, bodies]: [GapsAnswer['items'], unknown[]] = [[], []];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const path = pathWith('/v1/readiness/gaps', { ...scopeQuery(options, decision), limit: '500', ...(cursor === undefined ? {} : { cursor }) });
    const page = await askConsole(client, path, gapsAnswer, io);
    if (page === undefined) return EXIT.serverAway;
    const body = page.body as { readonly items: readonly unknown[] };
    first ??= { body, answer: page.answer };
    items.push(...page.answer.items);
    bodies.push(...body.items);
    cursor = page.answer.nextCursor;
  }
  if (first === undefined) throw new Error('the console gave no page');
  if (options.json === true) io.out.write(`${JSON.stringify({ ...first.body, items: bodies, nextCursor: null }, undefined, 2)}\n`);
  else printGaps({ ...first.answer, items }, options.all ?? false, io);
  return items.every(({ verdict }) => verdict === 'evidence-flowing') ? EXIT.good : EXIT.no;
}
