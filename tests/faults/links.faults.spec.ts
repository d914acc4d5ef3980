import { afterAll, expect, test } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually, testAddress } from '@tickmark/testing';
import { CutLink } from '../support/cut-link.ts';
import type { LinkFault } from '../support/cut-link.ts';
import { BACK_MS, FaultsRun, IS_LONG, SEED, times } from '../support/faults-run.ts';
import { PROBED, servicesUp } from '../support/own-controls.ts';
import { sharedSystem } from '../support/shared-system.ts';

const VARIABLES = { postgres: 'DATABASE_URL', kafka: 'KAFKA_BROKERS', redis: 'REDIS_URL' } as const;
type Link = keyof typeof VARIABLES;
const LINKS: readonly Link[] = ['postgres', 'kafka', 'redis'];
const FAULT_MS = 4_000;

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

const ALL = LINKS.flatMap((link) => (['cut', 'half-open', 'slow'] as const).map((fault) => ({ link, fault })));
/** Six in the short form: each link is cut, and fails in one other way. */
const SHORT: readonly { readonly link: Link; readonly fault: LinkFault }[] = [
  { link: 'postgres', fault: 'cut' }, { link: 'kafka', fault: 'cut' }, { link: 'redis', fault: 'cut' },
  { link: 'postgres', fault: 'half-open' }, { link: 'kafka', fault: 'half-open' }, { link: 'redis', fault: 'slow' },
];
const cases = Array.from({ length: times(1, 3) }, (_, round) => (IS_LONG ? ALL : SHORT).map((one) => ({ ...one, round }))).flat();

test.each(cases)('the link to $link is $fault for a while (round $round): nothing is lost or doubled', async ({ link, fault, round }) => {
  const seed = SEED + round;
  await using load = await run.load(`${link}-${fault}${round}`, { seed, downShare: 0.3 });
  await eventually(() => expect(load.acknowledged).toBeGreaterThan(20), { limitMs: 20_000 });
  links.get(link)?.break(fault);
  await pause(FAULT_MS);
  links.get(link)?.heal();
  run.did(`times ${fault}`);
  const healedMs = Date.now();
  const before = load.acknowledged;
  await eventually(() => expect(load.acknowledged).toBeGreaterThan(before + 20), { limitMs: BACK_MS });
  await system().judgedPast(healedMs, { limitMs: BACK_MS });
  await run.nothingLostOrDoubled(load, seed);
}, 240_000);
