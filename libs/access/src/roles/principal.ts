import type { KeyRole, Person, PersonRole } from '@tickmark/persistence';
import type { KeyHolder } from '../key-authenticator.js';

export const ROLES = ['admin', 'security', 'approver', 'viewer', 'auditor', 'dashboard', 'integration'] as const;
export type Role = (typeof ROLES)[number];

/** Who asks, however they showed it. */
export interface Principal {
  /** A person's email or a key's name, as the audit trail writes it. */
  readonly actor: string;
  readonly role: Role;
  /** An integration key sees only what its feed sent. */
  readonly feedId?: number;
  /** Only of a person who signed in, never of a key: the roles in which this person gives attestations. */
  readonly attestsAs?: readonly string[];
}

export function principalOfKey({ name, role, feedId }: KeyHolder): Principal {
  const asRole: Role = role satisfies KeyRole;
  return { actor: `key ${name}`, role: asRole, ...(feedId === undefined ? {} : { feedId }) };
}

export function principalOfPerson({ email, role, duties }: Person): Principal {
  const asRole: Role = role satisfies PersonRole;
  return { actor: email, role: asRole, attestsAs: [role, ...duties] };
}
