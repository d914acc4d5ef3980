import { referenceOf } from './fields.js';

/** More than any bank writes about one entry. */
const MOST_READ = 4_000;
const PARTS = /^\s?(\d{3})([?^<~@|])/;
const PLUS = /EREF\+(.*?)(?=(?:KREF|MREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|PURP|IBAN|BIC)\+|$)/;
const SLASH = /\/EREF\/(.*?)(?=\/(?:[A-Z]{4}|ID|IBAN|BIC)\/|$)/;
const RETURNED = /\/RTRN\/([A-Z0-9]{2,4})/;
/** Codes of banks in Germany, before SEPA and since: direct debits of ours and of others that came back, and transfers that did. */
const RETURN_CODES: ReadonlySet<string> = new Set(['009', '059', '108', '109', '159', '181', '184']);

/** What `:86:` says of an entry, in the three ways in which banks structure it. */
export interface Information {
  /** The reference that whoever ordered the payment gave it. */
  readonly endToEnd: string | undefined;
  /** Why it came back, where it did. */
  readonly returned: string | undefined;
}

export function informationOf(lines: readonly string[]): Information {
  const text = lines.join('').slice(0, MOST_READ);
  const [, code, separator] = PARTS.exec(text) ?? [];
  const purpose = separator === undefined ? text : purposeOf(text, separator);
  return { endToEnd: referenceOf(first(PLUS, purpose) ?? first(SLASH, purpose) ?? ''), returned: first(RETURNED, text) ?? returnCode(code) };
}

const first = (pattern: RegExp, text: string): string | undefined => pattern.exec(text)?.[1];
const returnCode = (code: string | undefined): string | undefined => (code !== undefined && RETURN_CODES.has(code) ? code : undefined);

/** The parts 20 to 29 and 60 to 63 are one text, cut into pieces. */
function purposeOf(text: string, separator: string): string {
  const pieces = text.split(separator).slice(1);
  return pieces.flatMap((piece) => (/^(?:2\d|6[0-3])/.test(piece) ? [piece.slice(2)] : [])).join('');
}
