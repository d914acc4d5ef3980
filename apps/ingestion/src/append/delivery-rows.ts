import type { DeliveryAddition, DeliveryCounts, DeliveryRow, Rejection } from '@tickmark/persistence';
import type { Part } from './parts.js';
import type { Settlement } from './settle.js';

const MOST_REJECTIONS = 100;

/** The first part writes the row. The body goes when it brought nothing new and nothing was refused. */
export function deliveryRow(part: Part, settlements: readonly Settlement[]): DeliveryRow {
  const { delivery, last } = part;
  const { request } = delivery;
  const keepsBody = request.open === true || !last || part.rejections.length > 0 || settlements.some(({ kind }) => kind !== 'repeat');
  return {
    id: request.deliveryId,
    feedId: request.feed.id,
    format: request.format,
    contentType: request.contentType,
    headers: request.headers,
    sha256: delivery.bodyHash(),
    body: keepsBody ? delivery.body : null,
    salt: keepsBody ? delivery.salt : null,
    counts: countsOf(part, settlements),
    rejections: rejectionsOf(part, settlements).slice(0, MOST_REJECTIONS),
    upload: request.upload,
  };
}

export function deliveryAddition(part: Part, settlements: readonly Settlement[]): DeliveryAddition {
  const { startedAtMs, request } = part.delivery;
  if (startedAtMs === undefined) throw new Error('A later part of a delivery came before its first one.');
  return {
    id: request.deliveryId,
    receivedAtMs: startedAtMs,
    counts: countsOf(part, settlements),
    rejections: rejectionsOf(part, settlements).slice(0, MOST_REJECTIONS),
  };
}

/** What the ledger refused of these events. */
export function refusalsOf(settlements: readonly Settlement[]): readonly Rejection[] {
  return settlements.flatMap((settlement) => {
    const { index } = settlement.event;
    if (settlement.kind === 'conflict') {
      const message = `conflict: this id was sent before with another content, which stands (evidence ${settlement.first.evidenceId}); send a correction under a new id`;
      return [{ index, pointer: '/id', message }];
    }
    if (settlement.kind !== 'ahead') return [];
    return [{ index, pointer: '/time', message: 'lies further in the future than this feed allows; check the clock of the source' }];
  });
}

const rejectionsOf = ({ rejections }: Part, settlements: readonly Settlement[]): readonly Rejection[] => [...rejections, ...refusalsOf(settlements)];

function countsOf(part: Part, settlements: readonly Settlement[]): DeliveryCounts {
  const repeated = settlements.filter(({ kind }) => kind === 'repeat').length;
  return {
    accepted: repeated + settlements.filter(({ kind }) => kind === 'new').length,
    repeated,
    ignored: part.ignored,
    rejected: rejectionsOf(part, settlements).length,
  };
}
