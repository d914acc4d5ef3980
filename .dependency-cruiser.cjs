/*
 * The arrow table: a package imports only what its row names (type-only imports counted).
 * `libs` are our own packages, `packages` are the outside packages that a PURE lib may use.
 */
const PURE = {
  contracts: { libs: [], packages: ['zod'] },
  expressions: { libs: [], packages: ['@marcbachmann/cel-js', 're2js', 'zod'] },
  ledger: { libs: [], packages: ['canonicalize', 'zod'] },
  catalogue: { libs: ['contracts', 'expressions'], packages: ['zod', 'yaml', 'ajv', 'ajv-formats'] },
  evaluation: { libs: ['contracts', 'expressions', 'catalogue'], packages: ['zod', 'temporal-polyfill'] },
  formats: {
    libs: ['contracts', 'expressions', 'catalogue'],
    packages: ['zod', 'canonicalize', 'csv-parse', 'secure-json-parse', 'lossless-json', 'saxes', 'standardwebhooks', 'yaml'],
  },
  alerting: { libs: ['contracts', 'catalogue', 'evaluation'], packages: ['zod', 'yaml'] },
  reporting: { libs: ['contracts', 'catalogue', 'evaluation', 'ledger'], packages: ['zod'] },
  readiness: { libs: ['catalogue', 'reporting'], packages: [] },
};

const EDGE = {
  platform: [],
  messaging: ['contracts', 'platform'],
  jobs: ['contracts', 'platform'],
  channels: ['alerting', 'platform'],
  persistence: [...Object.keys(PURE), 'platform'],
  access: ['contracts', 'formats', 'persistence', 'platform'],
};

const SPEC = '\\.(spec|testkit)\\.ts$';

/** kafkajs and its like have one importer each, so that they can be exchanged. */
const ONE_IMPORTER = {
  kafkajs: 'messaging',
  bullmq: 'jobs',
  ioredis: 'jobs',
  pg: 'persistence',
  'pg-copy-streams': 'persistence',
  'node-pg-migrate': 'persistence',
  '@marcbachmann/cel-js': 'expressions',
  re2js: 'expressions',
};

const escape = (name) => name.replaceAll('/', '\\/');
const named = (names) => names.join('|');

const arrow = (lib, allowed) => ({
  name: `arrow-${lib}`,
  comment: `libs/${lib} may import ${allowed.join(', ') || 'no other lib'} (ARCHITECTURE.md, arrows).`,
  severity: 'error',
  from: { path: `^libs/${lib}/`, pathNot: SPEC },
  to: { path: '^(libs|apps)/', pathNot: `^libs/(${named([lib, ...allowed])})/` },
});

const purePackages = (lib, packages) => ({
  name: `pure-packages-${lib}`,
  comment: `libs/${lib} is PURE: no I/O, and only the packages in the arrow table.`,
  severity: 'error',
  from: { path: `^libs/${lib}/`, pathNot: SPEC },
  to: {
    path: '^node_modules/',
    pathNot: `^node_modules/(${named([...packages, '@tickmark'].map(escape))})/`,
  },
});

const oneImporter = ([name, lib]) => ({
  name: `only-${lib}-imports-${name}`,
  severity: 'error',
  from: { pathNot: `^libs/(${lib}|testing)/|^scripts/` },
  to: { path: `^node_modules/(@types/)?${name}/` },
});

module.exports = {
  forbidden: [
    ...Object.entries(PURE).map(([lib, { libs }]) => arrow(lib, libs)),
    ...Object.entries(EDGE).map(([lib, libs]) => arrow(lib, libs)),
    ...Object.entries(PURE).map(([lib, { packages }]) => purePackages(lib, packages)),
    ...Object.entries(ONE_IMPORTER).map(oneImporter),
    {
      name: 'pure-no-io',
      comment: 'PURE libs use hash, HMAC and verify functions of Node, nothing that reads or writes.',
      severity: 'error',
      // The verifier of bundles is a program of its own that reads its file.
      from: { path: `^libs/(${named(Object.keys(PURE))})/`, pathNot: `${SPEC}|^libs/ledger/verifier/` },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|buffer|zlib|util)$' },
    },
    {
      name: 'no-app-to-app',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'no-lib-to-app',
      severity: 'error',
      from: { path: '^libs/', pathNot: '^libs/testing/' },
      to: { path: '^apps/' },
    },
    {
      name: 'door-only',
      comment: 'Another lib is imported by its door (@tickmark/<name>), never by a file inside it.',
      severity: 'error',
      from: { path: '^(?:apps|libs)/([^/]+)/' },
      to: { path: '^libs/', pathNot: '^libs/$1/|^libs/[^/]+/src/index\\.ts$|^libs/ledger/verifier/verify\\.(mjs|d\\.mts)$' },
    },
    {
      name: 'door-by-name',
      comment: 'A relative path into another package goes round its door.',
      severity: 'error',
      from: { path: '^((?:apps|libs)/[^/]+)/' },
      to: { path: '^(apps|libs)/', pathNot: '^$1/', dependencyTypesNot: ['aliased-workspace'] },
    },
    {
      name: 'not-through-its-own-door',
      comment: 'Nothing inside a lib imports its own index.',
      severity: 'error',
      from: { path: '^libs/([^/]+)/src/', pathNot: SPEC },
      to: { path: '^libs/$1/src/index\\.ts$' },
    },
    {
      name: 'testing-in-specs-only',
      severity: 'error',
      from: { path: `^(apps|libs|scripts)/`, pathNot: `${SPEC}|^libs/testing/` },
      to: { path: '^libs/testing/|^node_modules/(fast-check|@jest|@nestjs/testing|smtp-server)/' },
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'named-in-package-json',
      comment: 'A package imports only what its own package.json names.',
      severity: 'error',
      from: { path: '^(apps|libs)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/|^\\.tickmark/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['tickmark-source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.cjs', '.js', '.json', '.d.ts'],
      mainFields: ['module', 'main', 'types', 'typings'],
    },
  },
};
