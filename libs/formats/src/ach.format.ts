import { itemsOfFile } from './ach/events.js';
import { AchLines } from './ach/lines.js';
import { type AchFile, AchReader } from './ach/reader.js';
import { AchStream } from './ach/stream.js';
import { BEARER } from './authentication.js';
import type { Format, FormatLimits, ParsedItem, ParseRequest, ParseResult } from './format.js';
import { items, malformed, placed, tooMany } from './reading/items.js';
import { clockOf, type ClockReader } from './reading/wall-clock.js';

/** Files and batches are items, entries are not: 500,000 of them have 48 MB. */
const LIMITS: FormatLimits = { bodyBytes: 4 * 1024 * 1024, items: 20_000, stream: { bytes: 256 * 1024 * 1024, items: 20_000 } };
/** Each entry that comes back is one. */
const MOST_RESULTS = 1_000_000;

/** ACH files by the rules of NACHA: what is sent to the bank, and the returns that come from it. */
export const ach: Format = {
  id: 'ach',
  title: 'ACH files (NACHA)',
  contentTypes: ['text/plain', 'application/octet-stream'],
  limits: LIMITS,
  authentication: [BEARER],
  words: [
    { theirs: 'batch or file control, equal to what was counted', ours: 'transfer.sent and transfer.received, equal', why: 'the file is whole and unchanged' },
    { theirs: 'batch or file control, not equal to what was counted', ours: 'transfer.sent and transfer.received, not equal', why: 'the control over them fails; the difference stands in both hashes' },
    { theirs: 'batch control that names another batch', ours: 'transfer.sent of that other batch', why: 'what it declares is missing, what came was not declared' },
    { theirs: 'entries of a batch', ours: 'ledger.batch-sent', why: 'they were handed to the bank; neither booked nor settled yet' },
    { theirs: 'addenda 99 (R..)', ours: 'item.rejected payment', why: 'the entry comes back, under the trace number it was sent with' },
    { theirs: 'addenda 98 (C..)', ours: 'ignored', why: 'the bank paid and asks to correct the data' },
    { theirs: 'advices (ADV)', ours: 'only their transfer', why: 'the bank tells of its own bookings; nothing was sent by us' },
    { theirs: 'no return of an entry', ours: 'nothing', why: 'silence is no settlement' },
    { theirs: 'file without batches', ours: 'transfer of 0 records', why: 'nothing to send was said, so the file is not missing' },
    { theirs: 'a control record is missing', ours: 'refused', why: 'the file was cut off, or is not whole' },
  ],
  sample: {
    contentType: 'text/plain; timezone=America/New_York',
    headers: {},
    body: [
      '101 231380104 1210428822601311200A094101Federal Reserve Bank   Larkspur Payroll       ',
      '5220Larkspur Payroll                    121042882 PPDPAYROLL         260202   1121042880000001',
      '622231380104987654321        0000125000W-1042         Ines Example            0121042880000001',
      '622231380104837098765        0000098050W-1043         Omar Example            0121042880000002',
      '82200000020046276020000000000000000000223050121042882                          121042880000001',
      '9000001000001000000020046276020000000000000000000223050',
    ].join('\n'),
  },
  parse,
  stream: (request) => new AchStream(request, { items: LIMITS.items, results: MOST_RESULTS }),
};

function parse(request: ParseRequest): ParseResult {
  const clock = clockOf(request.contentType);
  if (!clock.ok) return malformed(clock.error);
  const lines = new AchLines();
  const reader = new AchReader();
  for (const some of [lines.take(request.rawBody), lines.end()]) {
    for (const line of some) {
      const fault = reader.take(line);
      if (fault !== undefined) return malformed(fault);
    }
  }
  const files = reader.end();
  return files.ok ? allItems(files.value, clock.value) : malformed(files.error);
}

function allItems(files: readonly AchFile[], clock: ClockReader): ParseResult {
  const count = files.reduce((sum, file) => sum + 1 + file.batches.length, 0);
  if (count > LIMITS.items) return tooMany(LIMITS);
  const all: ParsedItem[] = [];
  let index = 0;
  for (const file of files) {
    for (const { results } of itemsOfFile(file, clock)) all.push(...placed(index++, [...results]));
  }
  return items(all);
}
