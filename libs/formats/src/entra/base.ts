import { eventId } from '../reading/event-id.js';
import type { EntraRecord } from './record.js';

interface Base {
  readonly id: string;
  readonly source: string;
  readonly subject: string;
  readonly timeMs: number;
}

/** What every event has, or which field it lacks. `correlationId` is shared by several records and never the key. */
export function baseOf(record: EntraRecord, subject: string, times: readonly string[]): Base | { readonly pointer: string; readonly message: string } {
  const id = record.text('id');
  if (id === undefined) return { pointer: '/properties/id', message: 'is missing: nothing identifies the event' };
  const timeMs = record.timeMs(...times);
  if (timeMs === undefined || Number.isNaN(timeMs)) return { pointer: `/${times[0] ?? 'time'}`, message: 'is no instant' };
  const tenant = record.text('tenantId', 'AADTenantId');
  return { id: eventId(id), source: tenant === undefined ? 'entra' : `entra/${encodeURIComponent(tenant).slice(0, 200)}`, subject, timeMs };
}
