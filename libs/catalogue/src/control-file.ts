import { parseInstant } from '@tickmark/expressions';
import { canonical, sha256 } from './canonical.js';
import { controlFile, DEFAULT_START_MS, type ControlFile } from './control-schema.js';
import type { ControlDefinition, ControlInput, ControlTest } from './model.js';
import type { Report, YamlSource } from './yaml-source.js';
import { reportIssues } from './zod-faults.js';

/** A control file that has the right shape; whether what it says holds together is checked afterwards. */
export interface ReadControl {
  readonly source: YamlSource;
  readonly report: Report;
  readonly definition: ControlDefinition;
}

export function readControl(source: YamlSource, written: unknown, report: Report): ReadControl | undefined {
  const parsed = controlFile.safeParse(written, { reportInput: true });
  if (!parsed.success) {
    reportIssues(parsed.error, controlFile, { source, at: [], report });
    return undefined;
  }
  return { source, report, definition: definitionOf(parsed.data, written as { [field: string]: unknown }, source) };
}

function definitionOf(data: ControlFile, written: { readonly [field: string]: unknown }, source: YamlSource): ControlDefinition {
  const { inputs, scope, params, checks } = written;
  const { scope: _, ...rest } = data;
  return {
    ...rest,
    ...(data.scope === undefined ? {} : { scope: data.scope }),
    inputs: Object.entries(data.inputs).map(([alias, input]) => inputOf(alias, input)),
    checks: Object.entries(data.checks).map(([name, { kind, ...spec }]) => ({ name, kind, spec })),
    tests: data.tests.map((test, index) => testOf(test, source.lineOf(['tests', index]))),
    file: source.file.path,
    yaml: source.file.text,
    definitionHash: sha256(canonical(written)),
    // Of what is written, not of defaults: a default that a kind gains later changes no logic.
    logicHash: sha256(canonical({ inputs, scope, params, checks })),
  };
}

function inputOf(alias: string, input: ControlFile['inputs'][string]): ControlInput {
  if (typeof input === 'string') return { alias, type: input };
  return input.where === undefined ? { alias, type: input.type } : { alias, type: input.type, where: input.where };
}

function testOf(test: ControlFile['tests'][number], line: number): ControlTest {
  const startMs = test.start === undefined ? DEFAULT_START_MS : (parseInstant(test.start) ?? DEFAULT_START_MS);
  return { name: test.name, startMs, given: test.given, expect: test.expect, line };
}
