import type { Json, JsonObject, NormalEvent } from '@tickmark/contracts';
import { eventId, shortened } from '../reading/event-id.js';
import { parseRfc3339 } from '../reading/instant.js';
import { event, ignored, type ItemResult, rejected } from '../reading/items.js';
import { isObject } from '../reading/records.js';

/** Of `id` in the event type. */
const MAX_ALERT = 256;

interface AlarmChange {
  readonly alarm: Json | undefined;
  readonly state: Json | undefined;
  readonly time: Json | undefined;
}

/** CloudWatch as it invokes a function, and as it writes to SNS. */
export const isAlarm = (record: JsonObject): boolean => isObject(record.alarmData) || Object.hasOwn(record, 'NewStateValue');

export function cloudWatchAlarm(record: JsonObject): ItemResult {
  const { alarmData } = record;
  if (!isObject(alarmData)) return alarmChange({ alarm: record.AlarmArn, state: record.NewStateValue, time: record.StateChangeTime });
  const state = isObject(alarmData.state) ? alarmData.state : {};
  return alarmChange({ alarm: record.alarmArn, state: state.value, time: state.timestamp ?? record.time });
}

/** CloudWatch writes the zone without a colon. */
function instantOf(written: Json | undefined): number | undefined {
  return typeof written === 'string' ? parseRfc3339(written.slice(0, 64).replace(/([+-]\d\d)(\d\d)$/, '$1:$2')) : undefined;
}

/** An alarm has no severity of its own. One that is over needs nobody any more; one that cannot tell says nothing. */
export function alarmChange({ alarm, state, time }: AlarmChange, otherwise?: number): ItemResult {
  if (typeof alarm !== 'string' || alarm === '') return rejected('/alarmArn', 'names no alarm');
  if (typeof state !== 'string') return rejected('/state/value', 'expected the state of the alarm');
  if (state !== 'OK' && state !== 'ALARM') return ignored(`alarm ${state.slice(0, 60)}: neither on nor off`);
  const timeMs = instantOf(time) ?? (time === undefined ? otherwise : undefined);
  if (timeMs === undefined) return rejected('/state/timestamp', 'is no instant');
  return event(alarmEvent(alarm, state, timeMs));
}

function alarmEvent(alarm: string, state: string, timeMs: number): NormalEvent {
  const id = shortened(alarm, MAX_ALERT);
  const over = state === 'OK';
  const rest = over ? { containedAt: new Date(timeMs).toISOString() } : { kind: 'alarm' };
  return {
    id: eventId(alarm, String(timeMs), state),
    source: 'aws.cloudwatch',
    type: 'detection.alert',
    subject: id,
    timeMs,
    data: { id, severity: over ? 'informational' : 'high', status: state, ...rest },
  };
}
