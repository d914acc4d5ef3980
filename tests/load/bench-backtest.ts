// npm run bench:backtest: how many events a second a backtest of a state check judges. Twice: the pure core on one core,
// from the text of the evidence to the comparison by day and key; and the whole backtest over a database, as the console
// runs it. Ends with 1 when the core is slower than the goal.
import { createHash, randomUUID } from 'node:crypto';
import { loadCatalogue } from '@tickmark/catalogue';
import type { Catalogue, CatalogueFile, ControlDefinition } from '@tickmark/catalogue';
import type { JsonObject } from '@tickmark/contracts';
import { BacktestTally, JudgeAnew, anewSide, kindById } from '@tickmark/evaluation';
import type { CompiledCheck, JudgedEvent, Kind } from '@tickmark/evaluation';
import { Database, PartitionOffsets, addActivation, lockProgress, saveProgress } from '@tickmark/persistence';
import { readCataloguePath, shippedCatalogueFolder } from '@tickmark/platform';
import { makeTestDatabase } from '@tickmark/testing';
import { Catalogues } from '../../apps/console/dist/judged/catalogues.js';
import { Views } from '../../apps/console/dist/judged/view.js';
import { runBacktest } from '../../apps/console/dist/backtests/run-backtest.js';
import { cpuSeconds } from './cpu-seconds.ts';

const argument = (name: string, preset: number): number => Number(process.argv.find((one) => one.startsWith(`--${name}=`))?.split('=')[1] ?? preset);

const EVENTS = argument('events', 200_000);
const KEYS = argument('keys', 20_000);
const RUNS = argument('runs', 3);
/** As in the workload of the other benches: the outcome of a key toggles in 2 % of its events. */
const TOGGLES = 50;
const GOAL = 20_000;
const DAYS = 90;
const TO_MS = Date.UTC(2026, 2, 31);
const FROM_MS = TO_MS - DAYS * 86_400_000;
const CONTROL = 'admin-mfa';

const write = (line: string): void => void process.stdout.write(`${line}\n`);

interface Row {
  readonly id: string;
  readonly timeMs: number;
  readonly normal: string;
}

/** Some 400 bytes each, as canonical JSON. */
function rows(): readonly Row[] {
  const state = new Map<number, boolean>();
  return Array.from({ length: EVENTS }, (_, index) => {
    const key = Math.floor((index * 7_919) % KEYS);
    const passes = index % TOGGLES === 0 ? state.get(key) === false : (state.get(key) ?? true);
    state.set(key, passes);
    const timeMs = FROM_MS + Math.floor((index / EVENTS) * (TO_MS - FROM_MS));
    const data = {
      account: `account-${key}@larkspur.example`, admin: key % 4 !== 0, factors: passes ? ['totp', 'webauthn'] : ['sms'],
      lastSignInAt: new Date(timeMs - 60_000).toISOString(), mfa: true, status: 'active', system: 'okta', worker: `worker-${key % 9_000}`,
    };
    const event = { data, id: `event-${index}`, source: 'https://larkspur.okta.example/api/v1/users', subject: data.account, time: new Date(timeMs).toISOString(), type: 'identity.account' };
    return { id: randomUUID(), timeMs, normal: JSON.stringify(event) };
  });
}

function toEvent({ id, timeMs, normal }: Row): JudgedEvent {
  const { data, id: eventId, source, subject } = JSON.parse(normal) as { data: JsonObject; id: string; source: string; subject: string };
  const feed = { feedId: 1, feedName: 'okta', system: 'okta', settleMs: 2_000 };
  return { evidenceId: id, type: 'identity.account', source, subject, eventId, timeMs, receivedAtMs: timeMs + 500, data, ...feed };
}

const perSecond = (ms: number): number => Math.round(EVENTS / (ms / 1_000));
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const thousands = (count: number): string => String(count).replaceAll(/\B(?=(\d{3})+$)/g, ' ');

/** Text of evidence in, comparison out: a key is compared with itself, so that both sides are added up. */
function core(check: CompiledCheck, given: readonly Row[]): number {
  const startMs = performance.now();
  const clock = { watermarkMs: TO_MS, effectiveFromMs: FROM_MS };
  const judging = new JudgeAnew({ checks: [check], clock, nameOf: (name) => name, wants: () => true });
  for (const row of given) judging.add(toEvent(row));
  const tally = new BacktestTally({ fromMs: FROM_MS, toMs: TO_MS });
  for (const group of judging.groupsOf(check)) {
    for (const timeline of judging.judge(check, group).keys) {
      const need = { check: `${CONTROL}/${check.name}`, key: timeline.key, group, feedIds: [1] };
      const side = anewSide(timeline, { ...clock, need, blindness: [], previous: [], settleMs: 2_000 });
      tally.add({ check: check.name, key: timeline.key, before: side, after: side });
    }
  }
  const { totals } = tally.comparison();
  if (totals.after.keys !== KEYS || totals.differingKeys !== 0 || totals.after.deviations === 0) throw new Error(`judged something else: ${JSON.stringify(totals)}`);
  return performance.now() - startMs;
}

interface Loaded {
  readonly files: readonly CatalogueFile[];
  readonly catalogue: Catalogue;
  readonly control: ControlDefinition;
}

async function loaded(): Promise<Loaded> {
  const files = await readCataloguePath(shippedCatalogueFolder());
  const { catalogue } = loadCatalogue(files, kindById);
  const control = catalogue?.controls.get(CONTROL);
  if (catalogue === undefined || control === undefined) throw new Error(`the shipped catalogue has no ${CONTROL}`);
  return { files, catalogue, control };
}

const INSERTED_AT_ONCE = 10_000;

async function fill(database: Database, given: readonly Row[], { files, catalogue }: Loaded): Promise<void> {
  await database.query(
    `INSERT INTO feed (name, system, production, types, sources, authentication) VALUES ('okta', 'okta', true, '{*}', '{*}', '{"kind": "bearer"}')`,
  );
  await database.query(`INSERT INTO source_name (name) VALUES ('https://larkspur.okta.example/api/v1/users')`);
  for (let at = 0; at < given.length; at += INSERTED_AT_ONCE) {
    const page = given.slice(at, at + INSERTED_AT_ONCE);
    await database.query(
      `INSERT INTO evidence (leaf_index, received_at, id, delivery_id, ordinal, feed_id, source_id, event_id, type, subject, time, time_assumed, too_old, normal, salt)
       SELECT n.leaf, n.time + interval '500 milliseconds', n.id, n.id, 0, 1, 1, 'event-' || n.leaf, 'identity.account', n.normal::json->>'subject', n.time, false, false, n.normal, ''
       FROM unnest($1::bigint[], $2::uuid[], $3::timestamptz[], $4::text[]) AS n(leaf, id, time, normal)`,
      [page.map((_, index) => at + index), page.map(({ id }) => id), page.map(({ timeMs }) => new Date(timeMs)), page.map(({ normal }) => normal)],
    );
  }
  await database.query('UPDATE ledger_head SET next_index = $1', [given.length]);
  await new PartitionOffsets(database).positions('tickmark.control-events.v1', 1);
  await database.transaction(async (transaction) => {
    await addActivation(transaction, { hash: catalogue.hash, files, effectiveFromMs: FROM_MS });
    const progress = await lockProgress(transaction, 'tickmark.control-events.v1', 0);
    if (progress === undefined) throw new Error('there is no partition');
    await saveProgress(transaction, { ...progress, leafIndex: given.length, tickLeafIndex: given.length, tickClockMs: TO_MS, seenClockMs: TO_MS });
  });
}

async function whole(given: readonly Row[], all: Loaded): Promise<number> {
  await using own = await makeTestDatabase();
  const database = new Database({ url: own.url, app: 'bench', statementTimeoutMs: 600_000 });
  try {
    await fill(database, given, all);
    const times: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      const views = new Views(database, new Catalogues(), { now: () => TO_MS });
      const [startMs, cpuStart] = [performance.now(), cpuSeconds(process.pid)];
      const outcome = await runBacktest(views, { yaml: all.control.yaml, fromMs: FROM_MS, toMs: TO_MS }, () => undefined);
      const ms = performance.now() - startMs;
      if (outcome.kind === 'failed') throw new Error(outcome.detail);
      if (outcome.comparison.totals.after.keys !== KEYS) throw new Error(`judged something else: ${JSON.stringify(outcome.comparison.totals)}`);
      write(`  whole  ${thousands(perSecond(ms)).padStart(7)} events/s, ${(cpuSeconds(process.pid) - cpuStart).toFixed(1)} CPU s of ours in ${(ms / 1_000).toFixed(1)} s`);
      times.push(ms);
    }
    return median(times);
  } finally {
    await database.close();
  }
}

const all = await loaded();
const given = rows();
const [definition] = all.control.checks;
const kind = kindById.get(definition?.kind ?? '') as Kind;
if (definition === undefined) throw new Error(`${CONTROL} has no check`);
const check = kind.compile(all.control, definition, all.catalogue.eventTypes);
write(`${thousands(EVENTS)} events of ${thousands(KEYS)} keys over ${DAYS} days, ${Math.round(given.reduce((sum, { normal }) => sum + normal.length, 0) / EVENTS)} bytes each (${createHash('sha256').update(all.control.definitionHash).digest('hex').slice(0, 8)})`);
core(check, given.slice(0, EVENTS));
const cores: number[] = [];
for (let run = 0; run < RUNS; run += 1) {
  const cpuStart = cpuSeconds(process.pid);
  const ms = core(check, given);
  write(`  core   ${thousands(perSecond(ms)).padStart(7)} events/s, ${(cpuSeconds(process.pid) - cpuStart).toFixed(1)} CPU s in ${(ms / 1_000).toFixed(1)} s`);
  cores.push(ms);
}
const wholeMs = await whole(given, all);
const rate = perSecond(median(cores));
write(`medians: core ${thousands(rate)} events/s (goal ${thousands(GOAL)}), whole ${thousands(perSecond(wholeMs))} events/s; largest memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`);
process.exitCode = rate >= GOAL ? 0 : 1;
