import { digest, printable } from '../reading/bank-text.js';
import { eventId, shortened } from '../reading/event-id.js';
import { event, ignored, type ItemResult } from '../reading/items.js';
import type { Surroundings } from './surroundings.js';
import { at, type Place, textAt } from './values.js';

const MAX_NAME = 256;

/** Signs of forgery in a document that somebody uploaded. Only what says that it is one is an alert. */
export function riskSignalItems(document: Place, around: Surroundings): readonly ItemResult[] {
  return around.lists.at(document, 'risk_signals').map((signal) => {
    const type = textAt(signal, 'type') ?? 'UNNAMED';
    const said = at(signal, 'has_fraud_risk').value;
    if (said !== true) return ignored(said === false ? `${type.slice(0, 100)}: no sign of forgery` : `${type.slice(0, 100)}: whether it is a sign of forgery is not said`);
    const id = shortened(around.names.nameOf(printable(`${referenceOf(document)}/${type}`)), MAX_NAME);
    return event({
      id: eventId('risk-signal', id),
      source: around.source,
      type: 'detection.alert',
      subject: id,
      data: { id, severity: 'high', status: 'has_fraud_risk', kind: 'document-fraud' },
    });
  });
}

/** The document's own id; without one its signals as they are. */
function referenceOf(document: Place): string {
  const id = textAt(document, 'document_reference', 'document_id') ?? textAt(document, 'document_id');
  return id ?? digest(JSON.stringify(document.value));
}
