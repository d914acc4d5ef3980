import { suggestion } from '@tickmark/expressions';
import type { ZodError, ZodType } from 'zod';
import type { Path, Report, YamlSource } from './yaml-source.js';

type Issue = ZodError['issues'][number];

/** Says what is wrong in the words of the file's author, each at its line. `at` leads from the top of the file to what was checked. */
export function reportIssues(error: ZodError, schema: ZodType, place: { source: YamlSource; at: Path; report: Report }): void {
  for (const issue of error.issues) reportIssue(issue, schema, place);
}

function reportIssue(issue: Issue, schema: ZodType, { source, at, report }: { source: YamlSource; at: Path; report: Report }): void {
  const inner = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  const path = [...at, ...inner];
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, inner);
    for (const key of issue.keys) report(source.lineOf([...path, key]), `there is no "${key}" here`, suggestion(key, known));
    return;
  }
  const name = path.length === 0 ? 'the file' : path.join('.');
  const { message, hint } = inWords(issue, name);
  report(source.lineOf(path), message, hint);
}

interface Words {
  readonly message: string;
  readonly hint?: string | undefined;
}

const TYPE_WORDS: { readonly [type: string]: string } = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of fields',
  record: 'a map of fields',
};

function inWords(issue: Issue, name: string): Words {
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue, name);
    case 'invalid_value':
      return wrongChoice(issue, name);
    case 'too_big':
      return { message: `${name} is longer or more than ${issue.maximum}` };
    case 'too_small':
      return { message: `${name} is shorter or less than ${issue.minimum}` };
    case 'invalid_union':
      return unionWords(issue, name);
    default:
      return { message: `${name}: ${issue.message}` };
  }
}

function wrongType(issue: Issue & { code: 'invalid_type' }, name: string): Words {
  const wanted = TYPE_WORDS[issue.expected] ?? issue.expected;
  if (issue.input === undefined) return { message: `${name} is missing`, hint: `it is ${wanted}` };
  return { message: `${name} is not ${wanted}`, hint: issue.expected === 'array' ? 'write [a, b]' : undefined };
}

function wrongChoice(issue: Issue & { code: 'invalid_value' }, name: string): Words {
  const choices = issue.values.map(String);
  if (issue.input === undefined) return { message: `${name} is missing`, hint: `it is one of ${choices.join(', ')}` };
  const hint = typeof issue.input === 'string' ? suggestion(issue.input, choices) : undefined;
  return { message: `${name} is not one of ${choices.join(', ')}`, hint };
}

/** What is wrong with the branch of a union that was meant: the one that got as far as the fields. */
function unionWords(issue: Issue & { code: 'invalid_union' }, name: string): Words {
  const branches = issue.errors.filter((branch) => branch.some(({ path, code }) => path.length > 0 || code === 'unrecognized_keys'));
  const issues = branches.toSorted((a, b) => a.length - b.length)[0] ?? [];
  const unknown = issues.find((one) => one.code === 'unrecognized_keys');
  if (unknown !== undefined) return { message: `${name}: there is no "${unknown.keys.join('", "')}" here`, hint: missingHint(issues) };
  const [first] = issues;
  if (first !== undefined) return inWords(first, `${name}.${first.path.join('.')}`);
  return { message: issue.message === 'Invalid input' ? `${name} has none of the allowed forms` : `${name}: ${issue.message}` };
}

function missingHint(issues: readonly Issue[]): string | undefined {
  const missing = issues.filter((one) => one.code === 'invalid_type' && one.input === undefined).map(({ path }) => path.join('.'));
  return missing.length === 0 ? undefined : `missing: ${missing.join(', ')}`;
}

interface Definition {
  readonly type?: string;
  readonly shape?: { readonly [key: string]: ZodType };
  readonly innerType?: ZodType;
  readonly in?: ZodType;
  readonly element?: ZodType;
  readonly valueType?: ZodType;
  readonly options?: readonly ZodType[];
}

const definitionOf = (schema: ZodType): Definition => schema.def;

/** The keys that a schema knows at a path: what a misspelt one may have meant. */
function knownKeys(schema: ZodType, path: Path): string[] {
  const definition = definitionOf(schema);
  const wrapped = definition.innerType ?? definition.in;
  if (wrapped !== undefined) return knownKeys(wrapped, path);
  if (definition.options !== undefined) return definition.options.flatMap((option) => knownKeys(option, path));
  const [step, ...rest] = path;
  if (step === undefined) return Object.keys(definition.shape ?? {});
  const next = definition.shape?.[String(step)] ?? definition.element ?? definition.valueType;
  return next === undefined ? [] : knownKeys(next, rest);
}
