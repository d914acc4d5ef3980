import type { StoryEvent } from '../story.ts';
import { COLLEAGUES } from './company.ts';
import type { Colleague } from './company.ts';
import type { Facts } from './facts.ts';
import { HOUR_MS, at } from './calendar.ts';
import { event } from './told.ts';

const PAYROLL = 'payroll-core';
type Told = Omit<StoryEvent, 'atMs'>;

interface Leaver {
  readonly account: string;
  readonly lastDayMs: number;
  /** By system. */
  readonly disabledMs: Readonly<Record<string, number>>;
}

/** Who left, and when each account was disabled; one of them was kept too long. */
export function leavers({ leaver, dayBeforeMs }: Facts): readonly Leaver[] {
  const later = leaver.lastDayMs + 28 * 24 * HOUR_MS;
  const before = at(dayBeforeMs, '11:00');
  return [
    { account: 'joost.berg', lastDayMs: before, disabledMs: { okta: before + HOUR_MS } },
    {
      account: 'mira.olsen',
      lastDayMs: leaver.lastDayMs,
      disabledMs: { [PAYROLL]: leaver.payrollDisabledMs, okta: leaver.directoryDisabledMs },
    },
    { account: 'luca.ferri', lastDayMs: later, disabledMs: { [PAYROLL]: later + HOUR_MS / 4, okta: later + HOUR_MS / 2 } },
  ];
}

export const workerOf = (account: string): string => COLLEAGUES.find((one) => one.account === account)?.worker ?? account;

/** Every account as the directory has it at that time. */
export const accountsAt = (ms: number, facts: Facts): readonly Told[] =>
  COLLEAGUES.flatMap((colleague) => systemsOf(colleague).map((system) => account(colleague, system, isDisabled(colleague, system, { ms, facts }))));

/** The changes that leavers make, one by one. */
export const disablings = (facts: Facts): readonly { readonly atMs: number; readonly told: Told }[] =>
  leavers(facts).flatMap(({ account: name, disabledMs }) => {
    const colleague = COLLEAGUES.find((one) => one.account === name);
    if (colleague === undefined) return [];
    return Object.entries(disabledMs).map(([system, atMs]) => ({ atMs, told: account(colleague, system, true) }));
  });

export const systemsOf = ({ payroll = false }: Colleague): readonly string[] => ['okta', ...(payroll ? [PAYROLL] : [])];

function isDisabled({ account: name }: Colleague, system: string, { ms, facts }: { readonly ms: number; readonly facts: Facts }): boolean {
  const leaver = leavers(facts).find((one) => one.account === name);
  return leaver !== undefined && (leaver.disabledMs[system] ?? Infinity) <= ms;
}

function account({ account: name, worker, admin = false }: Colleague, system: string, disabled: boolean): Told {
  const isAdmin = admin && system === 'okta';
  return event('identity.account', name, {
    account: system === 'okta' ? name : `${name}@${system}`,
    system,
    status: disabled ? 'disabled' : 'active',
    worker,
    admin: isAdmin,
    mfa: true,
    factors: isAdmin ? ['webauthn'] : ['totp'],
  });
}
