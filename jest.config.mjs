const swc = [
  '@swc/jest',
  {
    swcrc: false,
    jsc: {
      target: 'es2024',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
      keepClassNames: true,
    },
    module: { type: 'es6' },
    sourceMaps: 'inline',
  },
];

const base = {
  rootDir: import.meta.dirname,
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': swc },
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': ['$1.ts', '$1.js'] },
  testEnvironment: 'node',
  // Never `import` or `default` here: require() then picks .mjs files and fails.
  testEnvironmentOptions: { customExportConditions: ['tickmark-source', 'node', 'node-addons'] },
  modulePathIgnorePatterns: ['<rootDir>/(apps|libs)/[^/]+/dist/', '<rootDir>/\\.tickmark/'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
};

/** The suffix of a spec's name selects its ring; the only folders that count are tests/architecture, tests/catalogue and tests/simulation. */
const ring = (displayName, testRegex, rest = {}) => ({ ...base, displayName, testRegex, ...rest });

export default {
  projects: [
    ring('unit', '/(apps|libs|scripts|tests/simulation)/.*(?<!\\.(int|e2e|faults))\\.spec\\.ts$'),
    ring('architecture', '/tests/architecture/[^/]+\\.spec\\.ts$'),
    ring('catalogue', '/tests/catalogue/[^/]+\\.spec\\.ts$'),
    ring('integration', '\\.int\\.spec\\.ts$'),
    ring('e2e', '\\.e2e\\.spec\\.ts$'),
    ring('faults', '\\.faults\\.spec\\.ts$'),
  ],
};
