import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { Answered, ConsoleClient } from '../console/console-client.js';
import type { Terminal } from '../io.js';
import { ProgressBar } from '../progress-bar.js';

const daySide = z.object({ states: z.record(z.string(), z.number()), deviations: z.number() });
const result = z.object({
  control: z.string(),
  definitionHash: z.string(),
  logicHash: z.string(),
  onRecord: z.boolean(),
  compared: z.object({ from: z.string(), to: z.string() }),
  judgedUntil: z.string(),
  events: z.number(),
  differs: z.boolean(),
  totals: z.looseObject({ differingKeys: z.number(), deviationsAdded: z.number(), deviationsGone: z.number(), deviationsMoved: z.number() }),
  days: z.array(z.object({ day: z.string(), before: daySide, after: daySide, differing: z.number() })),
  keysListed: z.number(),
  keysLeftOut: z.number(),
});
const backtest = z.object({ status: z.string(), progress: z.number(), detail: z.string().nullable(), result: result.nullable() });

const side = z.object({ state: z.string(), reason: z.string().optional() }).nullable();
const deviation = z
  .object({ status: z.string(), occurredAt: z.string(), occurredUntil: z.string().optional(), remediatedAt: z.string().nullable() })
  .nullable();
const difference = z.object({
  check: z.string(),
  key: z.string(),
  days: z.array(z.string()),
  stretches: z.array(z.object({ from: z.string(), to: z.string(), before: side, after: side })),
  deviations: z.array(z.object({ id: z.string().nullable(), before: deviation, after: deviation })),
  leftOut: z.number(),
});
const page = z.object({ items: z.array(difference), nextCursor: z.string().nullable() });
const refusal = z.object({
  faults: z.array(z.object({ line: z.number(), message: z.string(), hint: z.string().optional() })).optional(),
  errors: z.array(z.object({ pointer: z.string(), message: z.string() })).optional(),
});

export type KeyDifference = z.output<typeof difference>;
export interface FoundByBacktest {
  readonly id: string;
  readonly result: z.output<typeof result>;
  readonly differences: readonly KeyDifference[];
}

/** It cannot be carried out as it was asked. */
export class Refused extends Error {
  constructor(
    message: string,
    readonly faults: readonly { readonly line: number; readonly message: string; readonly hint?: string | undefined }[],
  ) {
    super(message);
    this.name = 'Refused';
  }
}

export class ServerAway extends Error {
  override readonly name = 'ServerAway';
}

/** The server took it and did not finish it. */
export class NotDone extends Error {
  override readonly name = 'NotDone';
}

interface How {
  readonly terminal: Terminal;
  /** How many differing keys are fetched; a hundred without it. */
  readonly listed?: number | undefined;
  readonly wait?: (ms: number) => Promise<unknown>;
}

const FIRST_LOOK_MS = 100;
const LOOK_EVERY_MS = 500;
const LISTED = 100;
const PAGE = 500;

/** Starts a backtest, waits for it with its progress on a terminal, and fetches what it found. */
export async function runBacktest(client: ConsoleClient, request: { readonly yaml: string; readonly from: string; readonly to: string }, how: How): Promise<FoundByBacktest> {
  const { id } = read(z.object({ id: z.string() }), await client.post('/v1/backtests', request));
  const found = await finished(client, id, how);
  return { id, result: found, differences: await differencesOf(client, id, how.listed ?? LISTED) };
}

async function finished(client: ConsoleClient, id: string, { terminal, wait = (ms) => pause(ms) }: How): Promise<z.output<typeof result>> {
  const bar = new ProgressBar(terminal, 100, 'judging {bar} {percentage}% {note}');
  try {
    for (let lookMs = FIRST_LOOK_MS; ; lookMs = Math.min(lookMs * 2, LOOK_EVERY_MS)) {
      const { status, progress, detail, result: found } = read(backtest, await client.get(`/v1/backtests/${id}`));
      if (status === 'done' && found !== null) return found;
      if (status === 'failed' || status === 'interrupted') throw new NotDone(`the backtest ${status === 'failed' ? 'failed' : 'was interrupted'}${detail === null ? '' : `: ${detail}`}`);
      bar.reach(Math.floor(progress * 100), status === 'queued' ? 'another one runs' : '');
      await wait(lookMs);
    }
  } finally {
    bar.end();
  }
}

async function differencesOf(client: ConsoleClient, id: string, most: number): Promise<readonly KeyDifference[]> {
  const all: KeyDifference[] = [];
  let cursor = '';
  while (all.length < most) {
    const { items, nextCursor } = read(page, await client.get(`/v1/backtests/${id}/differences?limit=${Math.min(PAGE, most)}${cursor}`));
    all.push(...items);
    if (nextCursor === null) break;
    cursor = `&cursor=${encodeURIComponent(nextCursor)}`;
  }
  return all;
}

function read<T>(schema: z.ZodType<T>, answer: Answered): T {
  if (answer.outcome === 'away') throw new ServerAway(answer.detail);
  if (answer.outcome === 'refused') {
    const { faults = [], errors = [] } = refusal.safeParse(answer.body).data ?? {};
    throw new Refused([answer.detail, ...errors.map(({ pointer, message }) => `${pointer} ${message}`)].join('; '), faults);
  }
  const parsed = schema.safeParse(answer.body);
  if (!parsed.success) throw new Refused('what answers there is not a console of this version', []);
  return parsed.data;
}
