import { compileExpression, nameFault, suggestion, valueTypeOfParams, type ValueType } from '@tickmark/expressions';
import type { ReadControl } from './control-file.js';
import { checkControlTests } from './check-tests.js';
import { CONTROL_LIMITS, DEFAULT_OWNER } from './control-schema.js';
import { TAKEN_ALIASES, variablesOf, EVENT_ATTRIBUTES } from './expression-scope.js';
import { fileId } from './file-id.js';
import type { Known } from './known.js';
import type { CheckDefinition, ControlDefinition, ControlInput } from './model.js';
import { reportIssues } from './zod-faults.js';

/** Reports what does not hold together and gives back the definition with its checks as their kinds read them. */
export function checkControl(control: ReadControl, known: Known): ControlDefinition {
  const { definition, source, report } = control;
  const line = (...path: (string | number)[]): number => source.lineOf(path);
  if (definition.id !== fileId(definition.file)) {
    report(line('id'), `the id "${definition.id}" is not the file's name`, `name the file ${definition.id}.yaml, or change the id`);
  }
  if (definition.owner === DEFAULT_OWNER) report(1, 'nobody owns this control', 'write "owner: …"', 'warning');
  checkMaps(control, known);
  checkSizes(control);
  checkParams(control);
  definition.inputs.forEach((input) => checkInput(control, input, known));
  checkScope(control);
  const checks = definition.checks.flatMap((check) => checkOf(control, check, known) ?? []);
  const complete = { ...definition, checks };
  if (checks.length === definition.checks.length && inputsAreKnown(definition, known)) validateByKinds(control, complete, known);
  checkControlTests(control, known);
  return complete;
}

function checkMaps({ definition: { maps }, source, report }: ReadControl, known: Known): void {
  if (maps.tsc.length + maps.soc1.length === 0) {
    report(source.lineOf(['maps']), 'it serves no criterion and no objective', 'write "maps: {tsc: [CC6.1], soc1: []}"');
  }
  maps.tsc.forEach((id, index) => {
    if (known.criteria.has(id)) return;
    report(source.lineOf(['maps', 'tsc', index]), `there is no criterion "${id}"`, suggestion(id, known.criteria.keys()));
  });
  maps.soc1.forEach((id, index) => {
    if (known.objectives.has(id)) return;
    report(source.lineOf(['maps', 'soc1', index]), `there is no objective "${id}"`, suggestion(id, known.objectives.keys()));
  });
}

function checkSizes({ definition, source, report }: ReadControl): void {
  const sizes = { inputs: definition.inputs.length, checks: definition.checks.length, params: Object.keys(definition.params).length };
  for (const part of ['inputs', 'checks', 'params'] as const) {
    if (sizes[part] > CONTROL_LIMITS[part]) report(source.lineOf([part]), `more than ${CONTROL_LIMITS[part]} ${part}`, 'split the control');
  }
  if (sizes.checks === 0) report(source.lineOf(['checks']), 'it has no check', 'write at least one under "checks"');
}

/** A parameter is a plain value or a list of plain values of one sort, so that expressions can be typed by it. */
function checkParams({ definition, source, report }: ReadControl): void {
  for (const [name, value] of Object.entries(definition.params)) {
    const line = source.lineOf(['params', name]);
    const fault = nameFault(name);
    if (fault !== undefined) report(line, fault, 'choose another name');
    if (isPlain(valueTypeOfParams({ value }))) continue;
    const hint = 'write text, a number, true or false, a duration such as 24h, or a list of one sort of them';
    report(line, `the parameter ${name} is no plain value`, hint);
  }
}

function isPlain(params: ValueType): boolean {
  const type = params.kind === 'object' ? params.fields['value']?.type : undefined;
  const plain = (of: ValueType): boolean => !['dynamic', 'object', 'list'].includes(of.kind);
  return type !== undefined && (type.kind === 'list' ? plain(type.items) : plain(type));
}

function checkInput({ definition, source, report }: ReadControl, input: ControlInput, known: Known): void {
  const line = source.lineOf(['inputs', input.alias]);
  const fault = TAKEN_ALIASES.has(input.alias) ? `"${input.alias}" has a meaning of its own` : nameFault(input.alias);
  if (fault !== undefined) {
    report(line, fault, 'choose another alias');
    return;
  }
  if (!known.eventTypes.has(input.type)) {
    if (known.brokenTypes.has(input.type)) return;
    report(line, `there is no event type "${input.type}"`, suggestion(input.type, known.eventTypes.keys()));
    return;
  }
  if (input.where === undefined) return;
  const compiled = compileExpression(input.where, { variables: variablesOf(input, definition.params, known.eventTypes), result: 'bool' });
  if (compiled.ok) return;
  for (const { message, hint } of compiled.error) {
    report(source.lineOf(['inputs', input.alias, 'where']), `inputs.${input.alias}.where: ${message}`, hint);
  }
}

/** The scope of the whole control knows no input: only where the event came from, and the parameters. */
function checkScope({ definition, source, report }: ReadControl): void {
  if (definition.scope === undefined) return;
  const variables = { event: EVENT_ATTRIBUTES, params: valueTypeOfParams(definition.params) };
  const compiled = compileExpression(definition.scope, { variables, result: 'bool' });
  if (compiled.ok) return;
  for (const { message, hint } of compiled.error) report(source.lineOf(['scope']), `scope: ${message}`, hint);
}

/** The check with its fields as its kind reads them; undefined when they are not what the kind wants. */
function checkOf({ source, report }: ReadControl, check: CheckDefinition, known: Known): CheckDefinition | undefined {
  const kind = known.kinds.get(check.kind);
  const at = ['checks', check.name];
  if (kind === undefined) {
    report(source.lineOf([...at, 'kind']), `there is no kind "${check.kind}"`, suggestion(check.kind, known.kinds.keys()));
    return undefined;
  }
  const parsed = kind.schema.safeParse(check.spec, { reportInput: true });
  if (parsed.success) return { ...check, spec: parsed.data as CheckDefinition['spec'] };
  reportIssues(parsed.error, kind.schema, { source, at, report });
  return undefined;
}

const inputsAreKnown = (definition: ControlDefinition, known: Known): boolean =>
  definition.inputs.every(({ alias, type }) => known.eventTypes.has(type) && nameFault(alias) === undefined);

/** Kinds know what their expressions may use; they are only asked when all that they could refer to is there. */
function validateByKinds({ source, report }: ReadControl, definition: ControlDefinition, known: Known): void {
  for (const check of definition.checks) {
    const faults = known.kinds.get(check.kind)?.validate(definition, check, known.eventTypes) ?? [];
    for (const { path, message, hint } of faults) {
      const at = ['checks', check.name, ...path];
      report(source.lineOf(at), `${at.join('.')}: ${message}`, hint);
    }
  }
}
