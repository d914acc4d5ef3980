import { BEARER } from './authentication.js';
import { eventsOfFile } from './bai2/events.js';
import { readBai2Files } from './bai2/reader.js';
import type { Format, FormatLimits, ParsedItem, ParseRequest, ParseResult } from './format.js';
import { items, malformed, placed, tooMany } from './reading/items.js';
import { clockOf } from './reading/wall-clock.js';

/** Files, groups, accounts and details together; read, they take some 100 MB. */
const LIMITS: FormatLimits = { bodyBytes: 8 * 1024 * 1024, items: 50_000 };

/** Balance reports of banks by the Cash Management Balance Reporting Specifications, version 2. */
export const bai2: Format = {
  id: 'bai2',
  title: 'BAI2 balance reports',
  contentTypes: ['text/plain', 'application/octet-stream'],
  limits: LIMITS,
  authentication: [BEARER],
  words: [
    { theirs: 'trailer 49, 98 or 99, equal to what was counted', ours: 'transfer.sent and transfer.received, equal', why: 'account, group or file is whole and unchanged' },
    { theirs: 'trailer 49, 98 or 99, not equal to what was counted', ours: 'transfer.sent and transfer.received, not equal', why: 'the control over them fails; the difference stands in both hashes' },
    { theirs: 'detail 400 to 699, 960 to 999', ours: 'payment.settled', why: 'the money left the account' },
    { theirs: 'detail 255, 257, 261, 266', ours: 'payment.settled below nothing, item.rejected', why: 'a payment of ours came back' },
    { theirs: 'detail 252, 254, 258', ours: 'payment.settled below nothing', why: 'the bank took back or put right a booking' },
    { theirs: 'other detail 100 to 399, 920 to 959', ours: 'ignored', why: 'money that came in; no event type says it' },
    { theirs: 'detail 552, 555, 557, 558, 561, 566', ours: 'ignored', why: 'money that came in was taken back; no event type says it' },
    { theirs: 'detail 700 to 919', ours: 'ignored', why: 'loans, notes and states: no movement on the account' },
    { theirs: 'as-of-date modifier 1 or 3', ours: 'only its transfers', why: 'interim: the final report tells what was booked' },
    { theirs: 'group status 2', ours: 'only its transfers', why: 'a deletion books nothing, and evidence is not taken back' },
    { theirs: 'group status 4', ours: 'ignored', why: 'for test only: nothing happened' },
    { theirs: 'a total that a trailer leaves empty', ours: 'nothing', why: 'what is not declared is compared with nothing' },
    { theirs: 'a trailer is missing', ours: 'refused', why: 'the file was cut off, or is not whole' },
  ],
  sample: {
    contentType: 'text/plain; timezone=America/New_York',
    headers: {},
    body: [
      '01,021000021,LARKSPUR,260202,0600,1,80,,2/',
      '02,LARKSPUR,021000021,1,260131,2359,USD,2/',
      '03,9876543210,,015,50000,,,400,125000,1,/',
      '16,455,125000,,77120,pay-88120,ACH DEBIT',
      '88,LARKSPUR PAYROLL',
      '49,300000,4/',
      '98,300000,1,6/',
      '99,300000,1,8/',
    ].join('\n'),
  },
  parse,
};

function parse(request: ParseRequest): ParseResult {
  const clock = clockOf(request.contentType);
  if (!clock.ok) return malformed(clock.error);
  const reading = readBai2Files(request.rawBody, LIMITS.items);
  if (reading.outcome === 'malformed') return malformed(reading.fault);
  if (reading.outcome === 'too-many') return tooMany(LIMITS);
  const all: ParsedItem[] = [];
  let index = 0;
  for (const file of reading.files) {
    for (const results of eventsOfFile(file, clock.value)) for (const item of placed(index++, results)) all.push(item);
  }
  return items(all);
}
