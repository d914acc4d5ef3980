import type { JsonObject } from '@tickmark/contracts';
import { ignored, type ItemResult, rejected } from '../reading/items.js';
import { readJsonText } from '../reading/json.js';
import { isObject } from '../reading/records.js';

/** SNS inside SQS inside Firehose, and one to spare: texts within texts must not go on for ever. */
const MAX_ENVELOPES = 4;

export type EventReader = (record: JsonObject) => readonly ItemResult[];

/** What AWS puts around an event on its way: taken off, one after the other, until the event is there. */
export function unwrapped(record: JsonObject, read: EventReader, depth = 0): readonly ItemResult[] {
  if (depth > MAX_ENVELOPES) return [rejected('', 'holds envelopes within envelopes beyond what is opened here')];
  const inner: EventReader = (event) => unwrapped(event, read, depth + 1);
  if (isObject(record.Sns)) return at('/Sns', notification(record.Sns, inner));
  if (typeof record.Type === 'string' && typeof record.MessageId === 'string') return notification(record, inner);
  if (typeof record.body === 'string' && typeof record.messageId === 'string') return fromText(record.body, '/body', inner);
  if (typeof record.data === 'string' && typeof record.recordId === 'string') return fromText(Buffer.from(record.data, 'base64').toString('utf8'), '/data', inner);
  return read(record);
}

/** A message of SNS. A topic that is subscribed asks first; nothing happened yet, and a person opens the address. */
function notification(message: JsonObject, inner: EventReader): readonly ItemResult[] {
  if (message.Type === 'SubscriptionConfirmation') return [ignored('SubscriptionConfirmation: open its SubscribeURL once, it stands in the bytes of this delivery')];
  if (message.Type === 'UnsubscribeConfirmation') return [ignored('UnsubscribeConfirmation: the topic sends no more')];
  if (typeof message.Message !== 'string') return [rejected('/Message', 'expected the text of the message')];
  return fromText(message.Message, '/Message', inner);
}

function fromText(text: string, pointer: string, inner: EventReader): readonly ItemResult[] {
  const reading = readJsonText(text, { bigNumbers: 'text' });
  if (!reading.ok) return [rejected(`${pointer}${reading.fault.pointer}`, `holds no event of AWS: ${reading.fault.message}`)];
  const [fault] = reading.faults;
  if (fault !== undefined) return [rejected(`${pointer}${fault.pointer}`, fault.message)];
  return isObject(reading.value) ? at(pointer, inner(reading.value)) : [rejected(pointer, 'expected an object in the text')];
}

export function at(prefix: string, results: readonly ItemResult[]): readonly ItemResult[] {
  return results.map((result) => (result.kind === 'rejected' ? rejected(`${prefix}${result.pointer}`, result.message) : result));
}
