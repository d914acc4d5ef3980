import { describe, expect, it } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runConformance, type Conformance } from './conformance.testkit.js';

const FILE = join(import.meta.dirname, '..', 'conformance-deviations.json');

describe('the public CEL conformance data', () => {
  const found = runConformance();

  // Run with UPDATE_CONFORMANCE=1 to write what was found, then read the difference.
  if (process.env['UPDATE_CONFORMANCE'] === '1') writeFileSync(FILE, `${JSON.stringify(found, undefined, 2)}\n`);
  const known = JSON.parse(readFileSync(FILE, 'utf8')) as Conformance;

  it('differs only where conformance-deviations.json says so: no new deviation, none that has vanished', () => {
    expect(found.differs).toEqual(known.differs);
  });

  it('loads neither more nor less of it than recorded', () => {
    expect({ agrees: found.agrees, refused: found.refused }).toEqual({ agrees: known.agrees, refused: known.refused });
  });

  it('agrees on hundreds of expressions, so that the data is really read', () => {
    expect(Object.values(found.agrees).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(400);
  });
});
