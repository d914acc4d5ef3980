import { compileExpression } from './compile.js';
import type { CompileOptions, Evaluation, ExpressionFault, ResultKind } from './model.js';
import { valueTypeOfParams, valueTypeOfSchema } from './value-types.js';

/** The account of the shipped event type, with a list of objects and nested optional fields for what needs them. */
const ACCOUNT = valueTypeOfSchema({
  type: 'object',
  required: ['account', 'status', 'admin', 'mfa', 'factors', 'balanceMinor', 'load', 'createdAt', 'grants'],
  properties: {
    account: { type: 'string', maxLength: 256 },
    status: { type: 'string', enum: ['active', 'suspended', 'disabled'] },
    worker: { type: 'string', maxLength: 256 },
    lastSignInAt: { type: 'string', format: 'date-time' },
    bornOn: { type: 'string', format: 'date', maxLength: 10 },
    admin: { type: 'boolean' },
    mfa: { type: 'boolean' },
    factors: { type: 'array', maxItems: 20, items: { type: 'string', maxLength: 32 } },
    balanceMinor: { type: 'integer' },
    load: { type: 'number' },
    createdAt: { type: 'string', format: 'date-time' },
    note: { type: 'string', maxLength: 65_536 },
    history: { type: 'array', maxItems: 10_000, items: { type: 'string', maxLength: 1_024 } },
    grants: {
      type: 'array',
      maxItems: 50,
      items: {
        type: 'object',
        required: ['role', 'days'],
        properties: { role: { type: 'string', maxLength: 64 }, days: { type: 'integer' }, until: { type: 'string', format: 'date-time' } },
      },
    },
    manager: {
      type: 'object',
      required: ['id'],
      properties: { id: { type: 'string', maxLength: 64 }, mail: { type: 'string', maxLength: 64 } },
    },
  },
});

export const PARAMS = { limit: '24h', most: 3, share: 0.2, systems: ['erp', 'crm'] } as const;

export const VARIABLES: CompileOptions['variables'] = { account: ACCOUNT, params: valueTypeOfParams(PARAMS) };

export const anAccount = (rest: { readonly [field: string]: unknown } = {}): { readonly [field: string]: unknown } => ({
  account: 'a1',
  status: 'active',
  admin: true,
  mfa: false,
  factors: ['totp'],
  balanceMinor: 1_999,
  load: 0.5,
  createdAt: '2026-03-02T10:00:00+01:00',
  grants: [],
  ...rest,
});

export function faultsOf(source: string, result: ResultKind = 'bool', rest: Partial<CompileOptions> = {}): readonly ExpressionFault[] {
  const compiled = compileExpression(source, { variables: VARIABLES, result, ...rest });
  return compiled.ok ? [] : compiled.error;
}

/** Compiles, then evaluates with the given account; throws when it does not compile. */
export function evaluated(
  source: string,
  account = anAccount(),
  { result = 'bool', ...rest }: Partial<CompileOptions> = {},
): Evaluation {
  const compiled = compileExpression(source, { variables: VARIABLES, result, ...rest });
  if (!compiled.ok) throw new Error(`does not compile: ${JSON.stringify(compiled.error)}`);
  return compiled.value.evaluate({ account, params: PARAMS });
}
