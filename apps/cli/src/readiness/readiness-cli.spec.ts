import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { folderWith, run } from '../cli.testkit.js';

const PAYROLL = '{"Q1": true, "Q2": true, "Q3": true, "Q4": true, "Q7": true, "Q8": true, "Q11": true}';
const lineLengths = (text: string): number => Math.max(...text.split('\n').map(({ length }) => length));

describe('tickmark readiness decide', () => {
  it('says which report, why, and what is often believed, without any server', async () => {
    const { code, out, err } = await run(['readiness', 'decide', '--answers', '{"Q1": true, "Q2": true, "Q3": true, "Q11": true}']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toBe(`SOC 1. Type II: the operation of controls over a period.

  SOC 1     yes
  SOC 2     no
  SOC 3     no
  type      II
  standard  AICPA

Why
  Q1  yes  You are a service organisation, so a SOC report can apply.
  Q2  yes  What you do can reach your customers' financial statements: that is the subject of a
           SOC 1.
  Q3  yes  A SOC 1 is asked for by customers' auditors or by contract.
  Q4  no   You hold no customers' data and nobody asks about its security, so a SOC 2 has no reader.
  Q10 no   The report goes to readers who know the service, so no SOC 3 is needed.
  Q11 yes  Readers need to see that controls operated over a period: Type II.
  Q12 no   There is time for a window: go straight to Type II.
  Q13 no   The examination follows the standards of the AICPA.

Advice
  - If you only host the system in which customers keep their books, the SOC 1 is still the right
    report, and may hold objectives for IT general controls only.
  - A SOC 1 is of most use when its period overlaps the customers' fiscal year by about six months
    or more.

Often believed, and not so
  - “A SOC report is a certificate that one gets or does not get.”
    There is no certificate and no pass mark. The report holds the opinion of an independent CPA
    firm, with what it tested and found.
  - “A SOC 2 can stand in for a SOC 1.”
    Not for the audit of a customer's financial statements: that audit needs control objectives over
    financial reporting, which a SOC 2 does not have.
  - “A period has to be at least six months long.”
    No standard says so. Six months or more are suggested; firms accept three for a first report;
    then twelve, back to back, leave no gap.
`);
  });

  it('reads a file, also the body that the console takes, and prints JSON', async () => {
    const folder = await folderWith({ 'a.json': PAYROLL, 'b.json': `{"answers": ${PAYROLL}}` });
    for (const file of ['a.json', 'b.json']) {
      const { code, out } = await run(['readiness', '--answers', join(folder, file), '--json']);
      expect([code, JSON.parse(out)]).toMatchObject([0, { soc1: 'yes', soc2: 'yes', categories: ['security', 'processing-integrity'], type: 'II' }]);
    }
  });

  it('keeps within the width of the terminal and colours only where it is wanted', async () => {
    const narrow = await run(['readiness', 'decide', '--answers', PAYROLL], { columns: 60 });
    expect(lineLengths(narrow.out)).toBeLessThanOrEqual(60);
    expect(lineLengths((await run(['readiness', 'decide', '--answers', PAYROLL], { columns: 300 })).out)).toBeLessThanOrEqual(100);
    expect(narrow.out).not.toContain('\u001b[');
    expect((await run(['readiness', 'decide', '--answers', PAYROLL], { colour: true })).out).toContain('\u001b[1mWhy\u001b[22m');
  });

  it.each([
    ['{"Q1": "yes", "Q14": true}', 'tickmark: these answers cannot be decided on\n  Q1: must be true or false; leave it out for no\n  Q14: There is no such question; the questions are Q1 to Q13.\n'],
    ['nowhere.json', `tickmark: nowhere.json is no file that can be read; give a file, or JSON such as '{"Q1": true}'\n`],
    ['{"Q1": yes}', 'tickmark: the text after --answers is no JSON; write {"Q1": true, "Q2": false}\n'],
  ])('refuses %s with 2', async (answers, said) => {
    expect(await run(['readiness', 'decide', '--answers', answers])).toEqual({ code: 2, out: '', err: said });
  });
});

describe('tickmark readiness', () => {
  it('asks question by question on a terminal, explains, goes back, and says how to get the same again', async () => {
    const typed = ['y', '?', 'maybe', 'n', 'b', 'Yes', 'no', ...Array.from({ length: 5 }, () => 'n')];
    const { code, out, err } = await run(['readiness'], { isTerminal: true, typed });
    expect(code).toBe(0);
    expect(out).toMatch(/^SOC 1 \(to be confirmed with customers' auditors\)\. Type I: /);
    expect(err).toContain('Which SOC report do you need? At most thirteen questions.\nAnswer y or n; ? says what to look at, b goes one back, q leaves.\n\nQ1  Do you run');
    expect(err).toContain('    You initiate, authorise, process, record or hold transactions');
    expect(err).toContain('    Answer y or n; ? says what to look at.\n');
    expect(err.match(/^Q2 {2}/gm)).toHaveLength(4);
    expect(err).toMatch(/\nThe same again: tickmark readiness decide --answers '\{"Q1":true,"Q2":true,"Q3":false,"Q4":false,"Q10":false,"Q11":false,"Q13":false\}'\n$/);
  });

  it.each([[['q']], [['y', 'y']], [['b', 'q']]])('decides nothing when who is asked leaves: %j', async (typed) => {
    expect(await run(['readiness'], { isTerminal: true, typed })).toMatchObject({ code: 1, out: '' });
  });

  it('asks nobody who is not there', async () => {
    const { code, err } = await run(['readiness']);
    expect([code, err]).toEqual([2, `tickmark: questions are asked on a terminal; elsewhere give the answers: tickmark readiness decide --answers '{"Q1": true, "Q2": false}'\n`]);
  });
});

describe('tickmark readiness compare', () => {
  it('shows both reports side by side and what one set of controls of the shipped catalogue saves', async () => {
    const { code, out } = await run(['readiness', 'compare'], { columns: 80 });
    expect(code).toBe(0);
    expect(lineLengths(out)).toBeLessThanOrEqual(80);
    for (const aspect of ['Purpose', 'Scope', 'Readers', 'Type of business', 'Standard', 'Outside the US', 'Distribution', 'Detail']) {
      expect(out).toMatch(new RegExp(`^${aspect} {2,}\\S.* {2,}\\S`, 'm'));
    }
    expect(out).toMatch(/\d+ of \d+ controls in scope serve both reports/);
    const json = JSON.parse((await run(['readiness', 'compare', '--json'])).out) as { sharedControls: { controls: { id: string }[] } };
    expect(json.sharedControls.controls.map(({ id }) => id)).toContain('admin-mfa');
  }, 60_000);
});

describe('tickmark readiness gaps and plan', () => {
  let server: Server;
  let url: string;
  let asked: string[];
  let reply: { status: number; body: unknown };

  beforeEach(async () => {
    asked = [];
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(reply.status, { 'content-type': 'application/json' }).end(JSON.stringify(reply.body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  const ask = (command: string, ...args: readonly string[]) => run(['readiness', command, '--url', url, '--key', 'k', ...args]);
  const counts = { 'no-control': 1, 'deviations-open': 0, 'no-feed': 1, 'no-evidence-yet': 0, 'evidence-stale': 0, 'manual-evidence-needed': 0, 'evidence-flowing': 1 };
  const about = {
    reports: ['soc1', 'soc2'], categories: ['security'], objectives: ['ICFR-PAY-4'], counts, controlCounts: counts, judgedUntil: '2026-03-10T12:00:00.000Z',
    sharedControls: { text: '1 of 2 controls in scope serves both reports.' },
    misconceptions: [{ id: 'm', belief: 'A green dashboard is evidence.', answer: 'It is information.' }],
  };
  const control = (id: string, verdict: string, reasons: readonly string[] = [], firstEvidenceAt: string | null = null) => ({ id, title: id, owner: 'security', keyControl: true, verdict, reasons, firstEvidenceAt });
  const leavers = control('leavers', 'no-feed', ['no feed names hr.worker-left']);
  const mfa = control('mfa', 'evidence-flowing', [], '2026-02-01T08:00:00.000Z');
  const gaps = {
    ...about,
    items: [
      { id: 'CC1.2', title: 'An independent board watches over the control programme', verdict: 'no-control', reasons: [], controls: [], wantedEvidence: ['Board meeting calendar entries'] },
      { id: 'CC6.3', title: 'Access is changed and taken away', verdict: 'no-feed', reasons: [], controls: [leavers, mfa], wantedEvidence: [] },
      { id: 'CC6.1', title: 'Access is protected', verdict: 'evidence-flowing', reasons: [], controls: [mfa], wantedEvidence: [] },
    ],
    nextCursor: null,
  };

  it('show what is missing by criterion and by control, and end with 1', async () => {
    reply = { status: 200, body: gaps };
    const { code, out, err } = await ask('gaps');
    expect([code, err, asked]).toEqual([1, '', ['/v1/readiness/gaps?limit=500']]);
    expect(out).toBe(`SOC 1 (1 objective) and SOC 2 (security)
as of what was judged until 2026-03-10T12:00:00.000Z

                            criteria, objectives              controls
  no-control                                   1
  deviations-open                              0                     0
  no-feed                                      1                     1
  no-evidence-yet                              0                     0
  evidence-stale                               0                     0
  manual-evidence-needed                       0                     0
  evidence-flowing                             1                     1

Criteria and objectives
  CC1.2       no-control              An independent board watches over the control programme
              wanted: Board meeting calendar entries
  CC6.3       no-feed                 Access is changed and taken away
              by leavers

Controls
  no-feed
    - leavers (security, key control): no feed names hr.worker-left

Those with evidence flowing are left out; --all lists them.

One set of controls
  1 of 2 controls in scope serves both reports.

Often believed, and not so
  - “A green dashboard is evidence.”
    It is information.
`);
    const all = await ask('gaps', '--all');
    expect(all.out).toContain('  evidence-flowing\n    - mfa (security, key control, evidence since 2026-02-01T08:00:00.000Z)\n');
  });

  it('end with 0 when nothing is missing', async () => {
    reply = { status: 200, body: { ...gaps, items: gaps.items.slice(2) } };
    expect((await ask('gaps', '--json')).code).toBe(0);
  });

  it('ask about what is chosen, or about what the answers need', async () => {
    reply = { status: 200, body: gaps };
    await ask('gaps', '--reports', 'soc2', '--categories', 'availability,privacy');
    await ask('gaps', '--answers', PAYROLL, '--engagement', 'e/1');
    expect(asked).toEqual([
      '/v1/readiness/gaps?reports=soc2&categories=availability%2Cprivacy&limit=500',
      '/v1/readiness/gaps?reports=soc1%2Csoc2&categories=security%2Cprocessing-integrity&engagement=e%2F1&limit=500',
    ]);
    const none = await ask('gaps', '--answers', '{}');
    expect([none.code, none.out]).toEqual([0, 'No SOC 1 or SOC 2 applies: there is no service for other organisations. Look at ISO 27001 or at a SOC for Cybersecurity instead.\n']);
    expect(asked).toHaveLength(2);
  });

  const range = { earliest: '2026-04-01', latest: '2026-04-15' };
  const frequencies = [{ frequency: 'quarterly', controls: ['recertified'], expected: 1, customarySample: { least: 2, most: 2 }, enough: false }];
  const plan = {
    ...about, type: 'II', start: '2026-04-01', report: range, endToEnd: 'A Type II commonly takes 6 to 12 months.',
    steps: [
      { step: 3, title: 'Remediation', what: 'Build what is missing.', typically: '1 to 6 months', basis: 'known practice', begins: { ...range, latest: '2026-04-01' }, ends: range, notes: ['A note.'],
        gaps: Array.from({ length: 10 }, (_, index) => ({ kind: 'control', id: `c${index}`, verdict: 'no-feed', action: 'connect a feed' })) },
      { step: 8, title: 'Continuous monitoring', what: 'Does not stop.', typically: 'always', basis: 'guides', begins: range, ends: null, notes: [], gaps: [] },
    ],
    window: {
      from: null, reasons: ['1 of 2 key controls in scope has no evidence, so no date can be named.'], othersAllow: '2026-02-02', keyControls: 2, keyControlsWithEvidence: 1,
      heldBackBy: [{ control: 'leavers', owner: 'security', reason: 'no feed names hr.worker-left' }],
      lengths: [{ months: 3, from: null, to: null, frequencies }, { months: 6, from: null, to: null, frequencies: [{ ...frequencies[0], expected: 2, enough: true }] }],
      monthsForSamples: 6,
    },
  };

  it('show the steps with their days and what waits in each, and the earliest honest window', async () => {
    reply = { status: 200, body: plan };
    const { code, out } = await ask('plan', '--start', '2026-04-01', '--samples', 'quarterly:2');
    expect([code, asked]).toEqual([0, ['/v1/readiness/plan?start=2026-04-01&samples=quarterly%3A2']]);
    expect(out.split('\n\nOne set')[0]).toBe(`The way to a Type II of SOC 1 (1 objective) and SOC 2 (security), from 2026-04-01

3  Remediation
   begins on 2026-04-01, ends between 2026-04-01 and 2026-04-15
   Build what is missing.
   Typically 1 to 6 months (known practice).
   A note.
   To be settled: 10 no-feed.
   - c0 (no-feed): connect a feed
   - c1 (no-feed): connect a feed
   - c2 (no-feed): connect a feed
   - c3 (no-feed): connect a feed
   - c4 (no-feed): connect a feed
   - c5 (no-feed): connect a feed
   - c6 (no-feed): connect a feed
   - c7 (no-feed): connect a feed
   - and 2 more; --json has all

8  Continuous monitoring
   from step 3 on, always
   Does not stop.

The report can be there between 2026-04-01 and 2026-04-15. A Type II commonly takes 6 to 12 months.

Earliest honest window: no day can be named
  1 of 2 key controls in scope has no evidence, so no date can be named.
  Held back by
  - leavers (security): no feed names hr.worker-left
  The 1 of 2 key controls that have evidence would allow a window from 2026-02-02.

Occurrences that a window surely holds, and the customary sample (a hint, no rule)
                                         sample   3 months   6 months
  quarterly (1 control)                       2          1          2
  6 months are the shortest of these that hold every customary sample.`);
    const typed = await ask('plan', '--answers', PAYROLL, '--json');
    expect([asked[1], JSON.parse(typed.out)]).toEqual(['/v1/readiness/plan?reports=soc1%2Csoc2&categories=security%2Cprocessing-integrity&type=II', plan]);
  });

  it('end with 2 when the console refuses, naming the option, and with 3 when nobody listens', async () => {
    reply = { status: 400, body: { detail: 'The query is not valid; see errors.', errors: [{ pointer: '/objectives/0', message: 'The catalogue has no objective X.' }] } };
    expect(await ask('plan', '--objectives', 'X')).toEqual({ code: 2, out: '', err: 'tickmark: The query is not valid; see errors.\n  --objectives: The catalogue has no objective X.\n' });
    reply = { status: 200, body: { strange: true } };
    expect((await ask('gaps')).err).toBe(`tickmark: what answers at ${url} is not a console of this version\n`);
    const away = await run(['readiness', 'gaps', '--url', 'http://127.0.0.1:9', '--key', 'k']);
    expect([away.code, away.err]).toMatchObject([3, expect.stringMatching(/^tickmark: http:\/\/127\.0\.0\.1:9 does not answer/)]);
  }, 20_000);
});
