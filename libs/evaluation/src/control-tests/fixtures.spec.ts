import { describe, expect, test } from '@jest/globals';
import { fixtureControls, loadControls } from '../evaluation.testkit.js';
import { kindById } from '../kinds/registry.js';
import { runControlTests } from './run-control-tests.js';

const known = (text: string): boolean => [...text.matchAll(/kind: ([a-z-]+)/g)].every(([, kind = '']) => kindById.has(kind));
const files = fixtureControls().filter(({ text }) => known(text));
const { catalogue, faults } = loadControls(files);

test('the control of each kind loads', () => {
  expect(faults.filter(({ severity }) => severity === 'error')).toEqual([]);
});

for (const control of catalogue?.controls.values() ?? []) {
  describe(`${control.id}.yaml`, () => {
    const report = runControlTests(control, catalogue?.eventTypes ?? new Map<string, never>(), kindById);
    for (const { test: one, expectations } of report.results) {
      test(one.name, () => {
        expect(expectations.map(({ expected, got }) => ({ ...expected, ...got, reason: undefined }))).toEqual(
          expectations.map(({ expected }) => ({ ...expected, reason: undefined })),
        );
      });
    }
  });
}
