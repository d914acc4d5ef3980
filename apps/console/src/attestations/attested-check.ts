import type { ControlDefinition } from '@tickmark/catalogue';
import type { CompiledCheck } from '@tickmark/evaluation';

/** The check that an attestation is for, and what it asks of it. */
export interface AttestedCheck {
  readonly check: string;
  readonly role: string;
  /** Fields that must be there. */
  readonly needs: readonly string[];
  /** Keys that count; none: whatever the attestation is `per`. */
  readonly expected: readonly string[];
  readonly validFor: string | undefined;
}

interface NotAttested {
  readonly fault: { readonly pointer: string; readonly message: string };
}

export function attestedCheck(
  control: ControlDefinition | undefined,
  name: string | undefined,
  compiled: ReadonlyMap<string, CompiledCheck>,
): AttestedCheck | NotAttested {
  if (control === undefined) return { fault: { pointer: '/control', message: 'is no control of the active catalogue' } };
  const candidates = control.checks.filter(({ kind }) => kind === 'attestation');
  const names = candidates.map((check) => check.name).join(', ');
  if (names === '') return { fault: { pointer: '/control', message: 'is judged by events alone; nobody is asked to confirm it' } };
  const named = name === undefined ? candidates : candidates.filter((check) => check.name === name);
  const [check, other] = named;
  if (check === undefined) return { fault: { pointer: '/check', message: `is no attestation of this control; it has ${names}` } };
  if (other !== undefined) return { fault: { pointer: '/check', message: `is needed, for this control has several: ${names}` } };
  const { role, needs, validFor } = check.spec;
  return {
    check: check.name,
    role: String(role),
    needs: Array.isArray(needs) ? needs.map(String) : [],
    expected: compiled.get(`${control.id}/${check.name}`)?.expectedGroups() ?? [],
    validFor: lengthOf(validFor, control.params),
  };
}

/** Written out, or `params.x`. */
function lengthOf(value: unknown, params: ControlDefinition['params']): string | undefined {
  const text = String(value);
  const named = /^params\.(\w+)$/.exec(text)?.[1];
  const length = named === undefined ? text : params[named];
  return typeof length === 'string' ? length : undefined;
}
