import js from '@eslint/js';
import globals from 'globals';
import tseslint from 'typescript-eslint';

const PURE = ['contracts', 'expressions', 'catalogue', 'evaluation', 'formats', 'alerting', 'ledger', 'reporting', 'readiness'];

const sizes = {
  'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
  'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
  complexity: ['error', 10],
};

const tooMany = (selector, most) => ({
  selector: `${selector}[params.length>${most}]`,
  message: `At most ${most} parameters; pass one object instead.`,
});

const shape = [
  { selector: 'TSEnumDeclaration', message: 'No enum; use a union of literals.' },
  { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
  tooMany('FunctionDeclaration', 4),
  tooMany('ArrowFunctionExpression', 4),
  tooMany(':not(MethodDefinition[kind="constructor"]) > FunctionExpression', 4),
  tooMany('MethodDefinition[kind="constructor"] > FunctionExpression', 5),
];

const environment = [
  {
    selector: 'MemberExpression[object.name="process"][property.name="env"]',
    message: 'process.env is read in libs/platform only; <app>.config.ts holds the schema.',
  },
  { selector: 'ImportSpecifier[imported.name="env"]', message: 'process.env is read in libs/platform only.' },
];

const impure = [
  { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'PURE: now is an argument.' },
  { selector: 'CallExpression[callee.name="Date"]', message: 'PURE: now is an argument.' },
  { selector: 'MemberExpression[object.name="Temporal"][property.name="Now"]', message: 'PURE: now is an argument.' },
  {
    selector: 'CallExpression[callee.property.name=/^(randomUUID|randomBytes|randomInt|getRandomValues)$/]',
    message: 'PURE: ids and randomness are arguments.',
  },
  {
    selector: 'ImportSpecifier[imported.name=/^(randomUUID|randomBytes|randomInt|randomFill|randomFillSync|webcrypto)$/]',
    message: 'PURE: ids and randomness are arguments.',
  },
];

const pureRules = {
  'no-restricted-syntax': ['error', ...shape, ...environment, ...impure],
  'no-restricted-properties': [
    'error',
    { object: 'Date', property: 'now', message: 'PURE: now is an argument.' },
    { object: 'Math', property: 'random', message: 'PURE: randomness is an argument.' },
    { object: 'performance', property: 'now', message: 'PURE: now is an argument.' },
  ],
  'no-restricted-globals': [
    'error',
    ...['process', 'setTimeout', 'setInterval', 'setImmediate', 'fetch', 'crypto', 'console'].map((name) => ({
      name,
      message: 'PURE: no I/O, clock, randomness or environment.',
    })),
  ],
};

const typed = {
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
  '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
  '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
  '@typescript-eslint/consistent-type-imports': 'off', // verbatimModuleSyntax says it
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
  eqeqeq: 'error',
  'no-console': 'error',
};

export default tseslint.config(
  { ignores: ['**/dist/', '**/node_modules/', '.tickmark/', 'coverage/', 'docs/', '**/samples/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  { files: ['**/*.{mjs,cjs,js}'], languageOptions: { globals: globals.node }, rules: { ...sizes, eqeqeq: 'error' } },
  // One file on purpose: whoever verifies a bundle takes and reads nothing else.
  { files: ['libs/ledger/verifier/verify.mjs'], rules: { 'max-lines': 'off', complexity: ['error', 16] } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: { ...sizes, ...typed, 'no-restricted-syntax': ['error', ...shape, ...environment] },
  },
  { files: ['libs/platform/src/**/*.ts'], rules: { 'no-restricted-syntax': ['error', ...shape] } },
  { files: PURE.map((lib) => `libs/${lib}/src/**/*.ts`), rules: pureRules },
  { files: ['apps/cli/src/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    files: ['**/*.spec.ts', '**/*.testkit.ts', 'tests/**/*.ts', 'libs/testing/src/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      'no-restricted-globals': 'off',
      'no-restricted-properties': 'off',
      'no-restricted-syntax': ['error', ...shape],
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
);
