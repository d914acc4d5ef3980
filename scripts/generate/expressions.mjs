import { readFileSync } from 'node:fs';
import { describeLanguage } from '@tickmark/expressions';
import { inRoot } from '../setup/paths.mjs';

const DEVIATIONS = 'libs/expressions/conformance-deviations.json';

/** Suites of the conformance data that are not run, and why. */
const NOT_RUN = [
  ['bindings_ext, block_ext, encoders_ext, math_ext, optionals, proto2_ext, string_ext', 'extensions, no part of the language'],
  ['dynamic, enums, proto2, proto3, wrappers, type_deductions', 'protobuf messages and untyped values, which JSON does not have'],
];

/** The page of expressions: what loads, what it may cost, and where it differs from the public conformance data. */
export function expressionsReference() {
  const found = JSON.parse(readFileSync(inRoot(DEVIATIONS), 'utf8'));
  return [{ file: 'docs/reference/expressions.md', text: [...language(describeLanguage()), ...conformance(found)].join('\n') }];
}

function language({ functions, methods, macros, limits }) {
  return [
    '# Expressions',
    '',
    'Made by `npm run generate` from `libs/expressions`. Conditions of controls are written in a part of',
    '[CEL](https://cel.dev), the Common Expression Language. Everything is checked when the file loads: names and fields against the',
    '[event types](event-types.md), operators and results by type, and the cost of the worst case.',
    '',
    '## What an expression may read',
    '',
    '| Name | What it is |',
    '|---|---|',
    '| an alias of `inputs` | the data of that event, typed by its event type |',
    '| `event` | `event.time`, `event.source`, `event.subject` (may be absent), `event.system`, `event.feed` of the deciding event |',
    '| `params` | the parameters of the control; a text such as `24h` is a duration |',
    '| `result` | in `assert` of a threshold: the aggregate |',
    '',
    'A field that may be absent is read after `has(alias.field)`; without that the file does not load. The whole of a `key` or',
    '`each` is excepted: absent there means that the event is not selected.',
    '',
    '## Operators',
    '',
    '`==` `!=` `<` `<=` `>` `>=` `in` `&&` `||` `!` `+` `-` `*` `/` `%` `? :`, `[index]`, `.field`, lists `[a, b]`, texts, whole and',
    'decimal numbers, `true`, `false`. Nothing is `null`: ask `has(…)`. Whole and decimal numbers are not mixed: write `double(x)`',
    'around the whole one. A time plus or minus a duration is a time; a time minus a time is a duration.',
    '',
    '## Functions',
    '',
    ...calls(functions),
    '',
    '## Methods',
    '',
    ...calls(methods),
    '',
    '## Lists',
    '',
    'A macro walks a list; none stands inside another. The condition reads the item by the name that is given first.',
    '',
    ...macros.map(({ example }) => `- \`${example}\``),
    '',
    'The pattern of `matches` is written out and run by RE2, whose time grows with the length of the text only.',
    '',
    '## Limits',
    '',
    '| What | At most |',
    '|---|---|',
    `| characters of an expression | ${limits.sourceLength} |`,
    `| parts (names, values, operators, calls) | ${limits.nodes} |`,
    `| depth | ${limits.depth} |`,
    `| steps in the worst case: parts, times the items that a macro walks, plus the characters that text functions read | ${limits.steps} |`,
    `| characters of a pattern | ${limits.patternLength} |`,
    '',
  ];
}

const calls = (all) => [
  '| Written | Takes | Gives |',
  '|---|---|---|',
  ...all.map(({ example, takes, gives }) => `| \`${example}\` | ${takes.join('; ')} | ${gives} |`),
];

function conformance({ agrees, refused, differs }) {
  const suites = [...new Set([...Object.keys(agrees), ...Object.keys(refused)])].sort();
  const differsIn = (suite) => differs.filter(({ test }) => test.startsWith(`${suite}/`)).length;
  const sum = (counts) => Object.values(counts).reduce((total, count) => total + count, 0);
  return [
    '## Where this differs from CEL',
    '',
    `The public conformance data of CEL runs in our tests (${DEVIATIONS}). ${sum(agrees)} of its expressions load and give what it`,
    `wants, ${sum(refused)} do not load here, ${differs.length} load and give something else. A new deviation makes the tests red.`,
    '',
    'Not in the language: maps, bytes, unsigned numbers, `null`, `dyn`, `type`, protobuf messages, time zones in getters, optional chains,',
    'macros inside macros, and patterns that are not written out.',
    '',
    '| Suite | Agrees | Does not load | Differs |',
    '|---|---|---|---|',
    ...suites.map((suite) => `| ${suite} | ${agrees[suite] ?? 0} | ${refused[suite] ?? 0} | ${differsIn(suite)} |`),
    ...NOT_RUN.map(([names, why]) => `| ${names} | not run: ${why} | | |`),
    '',
    'All that differ are limits of 64 bit and of the calendar, where CEL has an error and the value is computed here.',
    '',
    '| Test | Expression | CEL | Here |',
    '|---|---|---|---|',
    ...differs.map(({ test, expression, expected, got }) => `| ${test} | \`${expression.replaceAll('|', '\\|')}\` | ${expected} | ${got} |`),
    '',
  ];
}
