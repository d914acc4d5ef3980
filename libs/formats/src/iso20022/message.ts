import type { InputFault, Result } from '@tickmark/contracts';
import { parseRfc3339 } from '../reading/instant.js';
import type { ClockReader } from '../reading/wall-clock.js';
import { at, descendantsOf, textAt, type XmlElement } from '../reading/xml.js';

/** One message of ISO 20022: what stands in a `Document`, whatever envelope lies around it. */
export interface Message {
  /** The element that tells what it is, such as `BkToCstmrStmt`. */
  readonly body: XmlElement;
  readonly messageId: string;
  readonly timeMs: number | undefined;
  readonly clock: ClockReader;
  /** `head.001` beside it, when there is one. */
  readonly header: XmlElement | undefined;
}

/** Of the standard, of SWIFT before it, and of the banks in Switzerland, whose messages are the same in what is read here. */
const NAMESPACES = ['urn:iso:std:iso:20022:tech:xsd:', 'urn:swift:xsd:', 'http://www.six-interbank-clearing.com/de/'];
const HEADER = 'head.001';

export function messagesOf(root: XmlElement, clock: ClockReader): Result<readonly Message[], InputFault> {
  const parts = descendantsOf(root, isPart);
  const messages: Message[] = [];
  let header: XmlElement | undefined;
  for (const part of parts) {
    if (part.name === 'AppHdr') {
      header = part;
      continue;
    }
    const message = messageOf(part, header, clock);
    if (!message.ok) return message;
    messages.push(message.value);
    header = undefined;
  }
  if (messages.length > 0) return { ok: true, value: messages };
  return { ok: false, error: { pointer: `/${root.name.slice(0, 100)}`, message: 'holds no Document of ISO 20022' } };
}

function isPart({ name, namespace }: XmlElement): boolean {
  const prefix = NAMESPACES.find((one) => namespace.startsWith(one));
  if (prefix === undefined) return false;
  return name === 'Document' || (name === 'AppHdr' && namespace.startsWith(`${prefix}${HEADER}`));
}

function messageOf(document: XmlElement, header: XmlElement | undefined, clock: ClockReader): Result<Message, InputFault> {
  const [body] = document.children;
  if (body === undefined) return missing('/Document', 'holds no message');
  const messageId = textAt(body, 'GrpHdr', 'MsgId') ?? textAt(header, 'BizMsgIdr');
  if (messageId === undefined) return missing(`/Document/${body.name}/GrpHdr/MsgId`, 'is missing');
  const written = textAt(body, 'GrpHdr', 'CreDtTm') ?? textAt(header, 'CreDt');
  const timeMs = written === undefined ? undefined : instantOf(written, clock);
  if (written !== undefined && timeMs === undefined) return missing(`/Document/${body.name}/GrpHdr/CreDtTm`, 'is no instant');
  return { ok: true, value: { body, messageId, timeMs, clock, header } };
}

const missing = (pointer: string, message: string): { readonly ok: false; readonly error: InputFault } => ({ ok: false, error: { pointer, message } });

const CLOCK = /^(\d{4})-(\d\d)-(\d\d)(?:[T](\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?)?$/;

/** XML allows a zone behind a date too. */
const DATE_IN_ZONE = /^(\d{4}-\d\d-\d\d)(Z|[+-]\d\d:\d\d)$/;

/** An instant, or a date or wall clock without a zone, which the sender's content type tells. */
export function instantOf(written: string, clock: ClockReader): number | undefined {
  const exact = parseRfc3339(written.replace(DATE_IN_ZONE, '$1T00:00:00$2'));
  if (exact !== undefined) return exact;
  const match = CLOCK.exec(written);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map((digits: string | undefined) => Number(digits ?? 0));
  return clock({ year, month, day, hour, minute, second });
}

/** `Dt/Dt` or `Dt/DtTm`, whichever is there. */
export const dateIn = (element: XmlElement | undefined, name: string): string | undefined =>
  textAt(at(element, name), 'DtTm') ?? textAt(at(element, name), 'Dt');
