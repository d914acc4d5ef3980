import { describe, expect, it } from '@jest/globals';
import { BodyBudget } from './body-budget.js';

const nothing = () => Promise.resolve();

describe('the budget of bodies', () => {
  it('refuses what would be too much at once, and takes it afterwards', async () => {
    const budget = new BodyBudget(100);
    let finish = (): void => undefined;
    const first = budget.spend(60, () => new Promise((resolve) => (finish = resolve)));
    await expect(budget.spend(60, nothing)).rejects.toMatchObject({ status: 503, options: { headers: { 'Retry-After': '1' } } });
    await budget.spend(40, nothing);
    finish();
    await first;
    await budget.spend(60, nothing);
  });

  it('gives back what a failed delivery had spent', async () => {
    const budget = new BodyBudget(100);
    await expect(budget.spend(100, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await budget.spend(100, nothing);
  });

  it('takes a single body that is larger than the budget', async () => {
    await new BodyBudget(10).spend(100, nothing);
  });
});
