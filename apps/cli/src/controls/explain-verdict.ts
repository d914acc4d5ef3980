import { ConsoleClient, type ConsoleOptions } from '../console/console-client.js';
import { EXIT, WrongUse, type ExitCode, type Io } from '../io.js';
import { explanation } from './explanation.js';
import { printExplanation } from './print-explanation.js';

export interface ExplainOptions extends ConsoleOptions {
  readonly id: string | undefined;
  readonly json: boolean;
}

/** 0: judged again it is what stands on record; 1: it is not. */
export async function explainVerdict({ id, json, ...options }: ExplainOptions, io: Io): Promise<ExitCode> {
  if (id === undefined || id === '') throw new WrongUse('which verdict? Give the id of an observation, a state or a deviation: tickmark controls explain ID');
  const client = await ConsoleClient.from(options, io);
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
