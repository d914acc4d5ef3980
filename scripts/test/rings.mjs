import { inRoot } from '../setup/paths.mjs';

const bin = (...parts) => inRoot('node_modules', ...parts);

/** Checks that run no test: each says whether the tree keeps a rule. */
export const CHECKS = [
  { name: 'types', args: [bin('typescript', 'bin', 'tsc'), '-b', 'tsconfig.json'] },
  { name: 'lint', args: [bin('eslint', 'bin', 'eslint.js'), '.'] },
  {
    name: 'arrows',
    args: [bin('dependency-cruiser', 'bin', 'dependency-cruiser.mjs'), '--config', '.dependency-cruiser.cjs', 'apps', 'libs', 'scripts', 'tests'],
  },
  { name: 'reference', args: [inRoot('scripts', 'generate.mjs'), '--check'] },
  { name: 'knip', args: [bin('knip', 'bin', 'knip.js'), '--no-config-hints'] },
];

/** The rings of specs, in the order in which they run; the suffix of a spec selects its ring (jest.config.mjs). */
export const RINGS = [
  { name: 'architecture', needsInfra: false, jest: ['--testTimeout=60000'] },
  { name: 'catalogue', needsInfra: false, jest: ['--testTimeout=60000'] },
  { name: 'unit', needsInfra: false, jest: ['--maxWorkers=2', '--testTimeout=60000'] },
  { name: 'integration', needsInfra: true, jest: ['--maxWorkers=2', '--testTimeout=60000'] },
  { name: 'e2e', needsInfra: true, jest: ['--runInBand', '--testTimeout=60000'] },
  { name: 'faults', needsInfra: true, jest: ['--runInBand', '--testTimeout=60000'] },
];
