import { setTimeout as pause } from 'node:timers/promises';
import type { AppName } from '@tickmark/testing';
import type { ProbeLoad } from './probe-load.ts';
import type { RunningSystem } from './running-system.ts';

/** Where an app can be hit the moment after it said something, and before what it said need be true. */
export interface Scene {
  readonly system: RunningSystem;
  readonly load: ProbeLoad;
}

type Moment = (scene: Scene) => Promise<void>;

const LOOKS_EVERY_MS = 5;
/** Should it not come, as while another app is still starting, the kill is one at a random time. */
const LONGEST_WAIT_MS = 6_000;

/** An app says something by writing it: `sql` gives one value, `told`, that is another one then. */
const written = (sql: string): Moment => async ({ system }) => {
  const look = async (): Promise<unknown> => (await system.rows<{ told: unknown }>(sql))[0]?.told;
  const [before, endMs] = [await look(), Date.now() + LONGEST_WAIT_MS];
  while ((await look()) === before && Date.now() < endMs) await pause(LOOKS_EVERY_MS);
};

const answered: Moment = ({ load }) => load.nextAcknowledgement();
const read = written("SELECT sum(next_offset) AS told FROM partition_progress WHERE topic LIKE '%control-events%'");
const readAfterAnswer: Moment = async (scene) => {
  await answered(scene);
  await read(scene);
};
const stateChangeSent = written('SELECT max(id) AS told FROM outbox WHERE sent_at IS NOT NULL');
const noticeRecorded = written("SELECT count(*) AS told FROM notice WHERE status = 'sent'");
/** The receiver has it, and its sender does not know. */
const noticeArrived: Moment = ({ system }) =>
  new Promise((resolve) => {
    system.sink.answer = () => {
      resolve();
      return 204;
    };
  });
const signed = written('SELECT max(size) AS told FROM ledger_checkpoint');

/** What an aimed kill of each app waits for, by turns. The console says nothing by itself. */
const MOMENTS: Readonly<Record<AppName, readonly Moment[]>> = {
  ingestion: [answered],
  evaluator: [stateChangeSent, readAfterAnswer],
  notifier: [noticeRecorded, noticeArrived],
  sealer: [signed],
  console: [],
};

/** Waits for the moment of an app's next aimed kill; `turn` counts them. */
export async function momentOf(app: AppName, turn: number, scene: Scene): Promise<void> {
  const moments = MOMENTS[app];
  await Promise.race([moments[turn % moments.length]?.(scene), pause(LONGEST_WAIT_MS, undefined, { ref: false })]);
}
