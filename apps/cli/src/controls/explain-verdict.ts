import { z } from 'zod';
import { ConsoleClient, type ConsoleOptions } from '../console/console-client.js';
import { EXIT, WrongUse, type ExitCode, type Io } from '../io.js';
import { printExplanation } from './print-explanation.js';

const verdict = z.object({
  outcome: z.string(),
  at: z.string(),
  until: z.string().nullable(),
  decidedAt: z.string().nullable(),
  basis: z.enum(['evidence', 'absence']),
  reason: z.string().nullable(),
  system: z.string().nullable(),
});

/** The part of the answer that is printed. */
const explanation = z.object({
  observation: verdict.extend({ id: z.string(), kind: z.enum(['occurrence', 'state']), key: z.string(), hiddenBy: z.string().nullable() }),
  control: z.object({ id: z.string(), title: z.string(), check: z.string(), kind: z.string() }),
  version: z.object({ definitionHash: z.string(), logicHash: z.string(), effectiveFrom: z.string(), effectiveTo: z.string().nullable() }),
  evidence: z.array(
    z.object({ id: z.string(), type: z.string(), time: z.string(), receivedAt: z.string(), roles: z.array(z.string()), data: z.unknown(), unchanged: z.boolean() }),
  ),
  evidenceLeftOut: z.number(),
  expressions: z.array(
    z.object({
      name: z.string(),
      source: z.string(),
      evidenceIds: z.array(z.string()),
      result: z.number().optional(),
      value: z.unknown().optional(),
      error: z.string().optional(),
      absent: z.boolean().optional(),
      notEvaluated: z.boolean().optional(),
    }),
  ),
  recomputed: verdict.nullable(),
  equalsRecord: z.boolean(),
  differences: z.array(z.object({ field: z.string(), recorded: z.unknown(), recomputed: z.unknown() })),
  faults: z.array(z.object({ evidenceId: z.string().nullable(), message: z.string() })),
});
export type Explanation = z.output<typeof explanation>;

export interface ExplainOptions extends ConsoleOptions {
  readonly id: string | undefined;
  readonly json: boolean;
}

/** 0: judged again it is what stands on record; 1: it is not. */
export async function explainVerdict({ id, json, ...options }: ExplainOptions, io: Io): Promise<ExitCode> {
  if (id === undefined || id === '') throw new WrongUse('which verdict? Give the id of an observation, a state or a deviation: tickmark controls explain ID');
  const client = await ConsoleClient.from(options);
  const answer = await client.get(`/v1/observations/${encodeURIComponent(id)}/explanation`);
  if (answer.outcome === 'away') {
    io.err.write(`tickmark: ${answer.detail}\n`);
    return EXIT.serverAway;
  }
  if (answer.outcome === 'refused') throw new WrongUse(answer.detail);
  const parsed = explanation.safeParse(answer.body);
  if (!parsed.success) throw new WrongUse(`what answers at ${client.url} is not a console of this version`);
  if (json) io.out.write(`${JSON.stringify(answer.body, undefined, 2)}\n`);
  else printExplanation(parsed.data, io);
  return parsed.data.equalsRecord ? EXIT.good : EXIT.no;
}
