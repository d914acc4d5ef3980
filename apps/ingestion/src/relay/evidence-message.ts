import { toInstant } from '@tickmark/contracts';
import type { JsonObject, TickMessage } from '@tickmark/contracts';
import type { RelayRow } from '@tickmark/persistence';
import { newId } from '@tickmark/platform';

/**
 * The message of evidence as `evidenceMessage` of contracts describes it. The event stands in the row as canonical JSON
 * and is put in as it is; only an assumed time has to be added.
 */
export function evidenceText(row: RelayRow, epoch: number): string {
  const head = JSON.stringify({
    schemaVersion: 1,
    id: row.id,
    epoch,
    occurredAt: toInstant(row.timeMs),
    causedBy: row.deliveryId,
    traceparent: row.traceparent,
    kind: 'evidence',
    leafIndex: row.leafIndex,
    receivedAt: toInstant(row.receivedAtMs),
    deliveryId: row.deliveryId,
    ordinal: row.ordinal,
    timeAssumed: row.timeAssumed,
    tooOld: row.tooOld,
    feed: feedOf(row),
  });
  return `${head.slice(0, -1)},"event":${row.timeAssumed ? withTime(row) : row.normal}}`;
}

const withTime = (row: RelayRow): string =>
  JSON.stringify({ ...(JSON.parse(row.normal) as JsonObject), time: toInstant(row.timeMs) });

/** Named one by one: the row may carry the whole registered feed. */
function feedOf({ feed }: RelayRow): RelayRow['feed'] {
  const { id, name, system, production, settleMs } = feed;
  return { id, name, system, production, settleMs };
}

export function tickText(tick: { readonly leafIndex: number; readonly clockMs: number }, epoch: number): string {
  const clock = toInstant(tick.clockMs);
  const message: TickMessage = {
    schemaVersion: 1,
    id: newId(tick.clockMs),
    epoch,
    occurredAt: clock,
    causedBy: 'ledger-clock',
    kind: 'tick',
    leafIndex: tick.leafIndex,
    clock,
  };
  return JSON.stringify(message);
}
