import { randomUUID } from 'node:crypto';

export interface CloudEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject?: string;
  readonly time?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

interface EventOptions {
  readonly id?: string;
  readonly source?: string;
  readonly subject?: string;
  /** An instant in milliseconds; left out, the event says none. */
  readonly atMs?: number;
}

/** A valid CloudEvent with an id of its own. */
export function anEvent(type: string, data: Readonly<Record<string, unknown>>, options: EventOptions = {}): CloudEvent {
  const { id = randomUUID(), source = '/specs', subject, atMs } = options;
  return {
    specversion: '1.0',
    id,
    source,
    type,
    ...(subject === undefined ? {} : { subject }),
    ...(atMs === undefined ? {} : { time: new Date(atMs).toISOString() }),
    data,
  };
}

export interface AccountFacts {
  readonly account: string;
  readonly system?: string;
  readonly worker?: string;
  readonly status?: 'active' | 'suspended' | 'disabled';
  readonly admin?: boolean;
  readonly mfa?: boolean;
}

export function anAccount({ account, system = 'okta', worker, status = 'active', admin = false, mfa = true }: AccountFacts, options: EventOptions = {}): CloudEvent {
  const data = { account, system, status, admin, mfa, factors: mfa ? ['webauthn'] : [], ...(worker === undefined ? {} : { worker }) };
  return anEvent('identity.account', data, { subject: account, ...options });
}

export function aLeaver(worker: string, lastDayMs: number, options: EventOptions = {}): CloudEvent {
  return anEvent('hr.worker-left', { worker, lastDay: new Date(lastDayMs).toISOString() }, { subject: worker, atMs: lastDayMs, ...options });
}
