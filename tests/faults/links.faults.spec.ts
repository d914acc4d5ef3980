import { afterAll, expect, test } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually, testAddress } from '@tickmark/testing';
import { CutLink } from '../support/cut-link.ts';
import type { LinkFault } from '../support/cut-link.ts';
import { BACK_MS, FaultsRun, IS_LONG, SEED } from '../support/faults-run.ts';
import { PROBED, servicesUp } from '../support/own-controls.ts';
import type { ProbeLoad } from '../support/probe-load.ts';
import { sharedSystem } from '../support/shared-system.ts';

const VARIABLES = { postgres: 'DATABASE_URL', kafka: 'KAFKA_BROKERS', redis: 'REDIS_URL' } as const;
type Link = keyof typeof VARIABLES;
const LINKS: readonly Link[] = ['postgres', 'kafka', 'redis'];
const FAULT_MS = 3_000;
/** Who waited for a dead link to Postgres may meet one to Kafka next, and has to find out about each. */
const FOUND_OUT_MS = 2 * BACK_MS;

const links = new Map<Link, CutLink>();
const system = sharedSystem(async () => {
  for (const name of LINKS) links.set(name, await CutLink.to(testAddress(VARIABLES[name])));
  const throughLinks = (env: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(LINKS.map((name) => [VARIABLES[name], links.get(name)?.through(env[VARIABLES[name]] ?? '') ?? '']));
  return { name: 'links', controls: { [PROBED]: servicesUp() }, appsEnv: throughLinks };
});
afterAll(async () => {
  for (const link of links.values()) await link[Symbol.asyncDispose]();
});
const run = new FaultsRun('links', system, PROBED);

interface Break {
  readonly link: Link;
  readonly fault: LinkFault;
}
/** Breaks of one step come at once; the next step when more is accepted again, if not yet judged. */
interface Case {
  readonly name: string;
  readonly steps: readonly (readonly Break[])[];
}

const CUTS = LINKS.map((link): Break[] => [{ link, fault: 'cut' }]);
const DEAD: readonly Link[] = ['postgres', 'kafka'];
/** Which of the two is dead and which is slow changes with the seed: each takes most of a minute to be found out. */
const WORSE = [...DEAD.map((link, index): Break => ({ link, fault: SEED % 2 === index ? 'half-open' : 'slow' })), { link: 'redis', fault: 'slow' } as const];
const SHORT: readonly Case[] = [{ name: 'cut one after the other, then half-open and slow at once', steps: [...CUTS, WORSE] }];
const EACH = LINKS.flatMap((link) => (['cut', 'half-open', 'slow'] as const).map((fault): Case => ({ name: `${fault} to ${link}`, steps: [[{ link, fault }]] })));
const LONG: readonly Case[] = [...SHORT, ...EACH, { name: 'dead to Postgres and Kafka at once', steps: [DEAD.map((link): Break => ({ link, fault: 'half-open' }))] }];
const cases = IS_LONG ? LONG : SHORT;

/** For a while; then they have to go on accepting by themselves. */
async function broken(breaks: readonly Break[], load: ProbeLoad): Promise<void> {
  for (const { link, fault } of breaks) links.get(link)?.break(fault);
  await pause(FAULT_MS);
  for (const { link, fault } of breaks) {
    links.get(link)?.heal();
    run.did(`times ${fault}`);
  }
  const before = load.acknowledged;
  await eventually(() => expect(load.acknowledged).toBeGreaterThan(before + 20), { limitMs: BACK_MS });
}

test('Postgres is asked to find out that a client is gone, and to let go of what it held', async () => {
  const settings = ['idle_in_transaction_session_timeout', 'tcp_keepalives_idle', 'tcp_keepalives_interval', 'tcp_keepalives_count'];
  const found = await system().rows<{ name: string; setting: string }>('SELECT name, setting FROM pg_settings WHERE name = ANY($1) ORDER BY name', [settings]);
  expect(Object.fromEntries(found.map(({ name, setting }) => [name, setting]))).toEqual({
    idle_in_transaction_session_timeout: '20000', tcp_keepalives_count: '3', tcp_keepalives_idle: '10', tcp_keepalives_interval: '5',
  });
});

test.each(cases)('links that are $name lose and double nothing', async ({ name, steps }) => {
  using supervisor = system().keepRunning((app) => run.did(`times ${app} ended by itself`));
  expect(supervisor).toBeDefined();
  await using load = await run.load(name.replaceAll(/[^a-zA-Z]+/g, '-'), { downShare: 0.3 });
  for (const breaks of steps) {
    const before = load.acknowledged;
    await eventually(() => expect(load.acknowledged).toBeGreaterThan(before + 20), { limitMs: 20_000 });
    await broken(breaks, load);
  }
  await system().judgedPast(Date.now(), { limitMs: FOUND_OUT_MS });
  await run.nothingLostOrDoubled(load);
}, 300_000);
