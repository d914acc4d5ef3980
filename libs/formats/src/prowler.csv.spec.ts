import { describe, expect, it } from '@jest/globals';
import { prowler } from './prowler.format.js';
import { send, shown } from './samples.testkit.js';

describe('the CSV files of Prowler 5', () => {
  it.each([
    ['a header of another tool', 'a;b\n1;2', 'the header line has no column CHECK_ID'],
    ['nothing', '', 'the header line has no column CHECK_ID'],
    ['a column twice', 'CHECK_ID;STATUS;STATUS\n1;2;3', 'the header line has a column twice, or one that is refused'],
    ['an open quote', 'CHECK_ID;STATUS\n"1;2', expect.stringContaining('Quote') as unknown as string],
  ])('a file with %s is malformed', (_what, body, message) => {
    expect(send(prowler, body, { contentType: 'text/csv' })).toEqual({ outcome: 'malformed', faults: [{ pointer: '', message }] });
  });

  it('MUTED True is an exception claimed upstream and never a pass', () => {
    const body = 'CHECK_ID;STATUS;MUTED;RESOURCE_UID\nc1;PASS;True;r1\nc1;FAIL;True;r2\nc1;PASS;False;r3';
    expect(shown(send(prowler, body, { contentType: 'text/csv' }))).toMatchObject([
      { data: { outcome: 'unknown', suppressed: true } },
      { data: { outcome: 'fail', suppressed: true } },
      { data: { outcome: 'pass' }, time: 'none given', source: 'prowler' },
    ]);
  });

  it('are refused in another charset or encoding, and too large beyond the limit', () => {
    expect(send(prowler, 'CHECK_ID;STATUS', { contentType: 'text/csv; charset=latin1' }).outcome).toBe('malformed');
    expect(send(prowler, Uint8Array.of(0xff), { contentType: 'text/csv' }).outcome).toBe('malformed');
    expect(send(prowler, `CHECK_ID;STATUS\n${'c;PASS\n'.repeat(20_001)}`, { contentType: 'text/csv' }).outcome).toBe('too-large');
  });
});
