import { expect, test } from '@jest/globals';
import { SEED } from '../support/faults-run.ts';
import { PlantedCopy } from '../support/planted-copy.ts';
import { PLANTS } from './planted/plants.ts';

/** Those that show as soon as the checker looks. Without a fault their part is green in this same ring. */
const QUICK = ['no-identity', 'burnt-numbers', 'clock-goes-back', 'closed-without-evidence'];
/** They show for good; what only takes its time need not be waited for. */
const SETTLED_MS = 4_000;

test('one of the planted faults, another one with each seed, is noticed', async () => {
  const sample = PLANTS.filter(({ id }) => QUICK.includes(id));
  expect(sample.map(({ id }) => id)).toEqual(QUICK);
  const one = sample[SEED % sample.length];
  if (one === undefined) throw new Error('there is nothing to plant');
  using copy = await PlantedCopy.make({ env: {}, settledMs: SETTLED_MS });
  const { colour, noticed, isCaught } = await copy.tryPlant(one);
  process.stderr.write(`  planted: ${one.id}, noticed as ${noticed}\n`);
  expect({ planted: one.id, colour, noticed, isCaught }).toMatchObject({ isCaught: true });
}, 240_000);
