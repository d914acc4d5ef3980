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
      return {
        message: `${name} is not one of ${issue.values.map(String).join(', ')}`,
        hint: typeof issue.input === 'string' ? suggestion(issue.input, issue.values.map(String)) : undefined,
      };
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
  return issue.input === undefined ? { message: `${name} is missing`, hint: `it is ${wanted}` } : { message: `${name} is not ${wanted}` };
}

/** The union's own message where it has one, else the faults of the branch that came nearest. */
function unionWords(issue: Issue & { code: 'invalid_union' }, name: string): Words {
  const branches = issue.errors.filter((branch) => branch.length > 0);
  const nearest = branches.toSorted((a, b) => a.length - b.length).find((branch) => (branch[0]?.path.length ?? 0) > 0);
  const [first] = nearest ?? [];
  if (first === undefined) return { message: issue.message === 'Invalid input' ? `${name} has none of the allowed forms` : `${name}: ${issue.message}` };
  if (first.code === 'unrecognized_keys') return { message: `${name}: there is no "${first.keys.join('", "')}" here` };
  return inWords(first, `${name}.${first.path.join('.')}`);
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
