import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SETTINGS, aDeviation, aNotice, itKeepsTheChannelContract } from './channel-contract.testkit.js';
import { email } from './email.channel.js';
import { LOGIN, SmtpReceiver } from './smtp-receiver.testkit.js';

const TO = ['sec@larkspur.example', 'lead@larkspur.example'];

itKeepsTheChannelContract(email, async () => {
  const server = await SmtpReceiver.start();
  return {
    config: { to: TO },
    settings: { smtpUrl: server.url },
    secrets: [LOGIN.pass, ...TO],
    behave: (behaviour) => {
      server.behaviour = behaviour;
    },
    arrived: () => server.mails.length,
    close: () => server.close(),
  };
});

describe('the email channel', () => {
  let server: SmtpReceiver;
  beforeEach(async () => {
    server = await SmtpReceiver.start();
  });
  afterEach(() => server.close());

  async function send(notice = aNotice(), settings: { smtpUrl?: string } = { smtpUrl: server.url }) {
    const sender = email.open({ ...SETTINGS, timeoutMs: 2_000, ...settings });
    return sender.send(email.render(notice), { to: TO }, new AbortController().signal);
  }
  const header = (mail: string, name: string) =>
    new RegExp(`^${name}: (.*(?:\\r\\n\\s.*)*)$`, 'm').exec(mail.split('\r\n\r\n')[0] ?? '')?.[1]?.replaceAll(/\r\n\s+/g, ' ');

  it('gives a mail that is sent twice one Message-ID, and mails about one deviation one thread', async () => {
    const closed = aNotice({ id: '11111111-3f0c-8f1e-9a52-4c1d2f3e4a5b', kind: 'closed' });
    for (const notice of [aNotice(), aNotice(), closed]) expect(await send(notice)).toEqual({ kind: 'sent' });
    expect(server.mails.map((mail) => header(mail, 'Message-ID'))).toEqual([
      '<0b54a1de-3f0c-8f1e-9a52-4c1d2f3e4a5b@notices.tickmark>',
      '<0b54a1de-3f0c-8f1e-9a52-4c1d2f3e4a5b@notices.tickmark>',
      '<11111111-3f0c-8f1e-9a52-4c1d2f3e4a5b@notices.tickmark>',
    ]);
    const threads = server.mails.map((mail) => header(mail, 'References'));
    expect(threads).toEqual(Array(3).fill('<deviation-d7@threads.tickmark>'));
  });

  it('goes to every recipient, as text and as HTML', async () => {
    await send();
    expect(server.recipients).toEqual(TO);
    const [mail = ''] = server.mails;
    expect(header(mail, 'From')).toBe('Tickmark <tickmark@larkspur.example>');
    expect(header(mail, 'Auto-Submitted')).toBe('auto-generated');
    expect(mail).toContain('Content-Type: text/plain');
    expect(mail).toContain('Content-Type: text/html');
  });

  it('says that some recipients were refused, and gives up when all were', async () => {
    server.refused = [TO[1]!];
    expect(await send()).toEqual({ kind: 'sent', note: '1 of 2 recipients were refused' });
    server.refused = TO;
    expect(await send()).toEqual({ kind: 'giveUp', reason: 'EENVELOPE, SMTP 550' });
  });

  it('asks for a retry while the login is wrong: that is repaired on our side', async () => {
    server.password = 'another';
    expect(await send()).toEqual({ kind: 'retry', reason: 'EAUTH, SMTP 535' });
  });

  it('gives up when no mail server is set', async () => {
    expect(await send(aNotice(), {})).toEqual({ kind: 'giveUp', reason: 'SMTP_URL is not set' });
  });

  it('lets no header be injected through a title', async () => {
    await send(aNotice({ title: 'x\r\nBcc: mallory@evil.example' }));
    expect(header(server.mails[0]!, 'Bcc')).toBeUndefined();
    expect(server.recipients).toEqual(TO);
  });
});

describe('what a mail says', () => {
  it('is this text', () => {
    const { subject, text } = email.render(aNotice());
    expect(subject).toBe('[critical] Deviation opened: Administrators sign in with a second factor (okta/ada)');
    expect(text).toBe(`Deviation opened: Administrators sign in with a second factor
Monitoring noted that the control did not do what it says.

Control:  admin-mfa
Severity: critical
Owner:    it-operations
Criteria: CC6.1, ICFR-LA-1

okta/ada
  Status:    open
  Check:     second-factor
  Occurred:  2026-03-02 11:00:00 UTC
  Detected:  2026-03-02 11:00:01 UTC
  Evidence:  7f1c
  Deviation: d7

Control:  https://console.larkspur.example/v1/controls/admin-mfa
Evidence: https://console.larkspur.example/v1/evidence/7f1c

-- 
Written by Tickmark from monitoring records. It is not an opinion of an auditor.
Notice 0b54a1de-3f0c-8f1e-9a52-4c1d2f3e4a5b
`);
  });

  it('names the controls that a gap hits, and when it began and ended', () => {
    const gap = {
      id: 'g1',
      cause: 'feed-silent' as const,
      feed: 'hr',
      from: '2026-03-02T10:00:00.000Z',
      to: '2026-03-02T11:50:00.000Z',
      controls: ['leaver-access-removed', 'training-done'],
    };
    const { subject, text } = email.render(aNotice({ kind: 'gap-closed', control: null, owner: null, title: 'Feed hr is silent', deviations: [], gap }));
    expect(subject).toBe('[critical] Monitoring gap closed: Feed hr is silent');
    expect(text).toContain('From:     2026-03-02 10:00:00 UTC\nUntil:    2026-03-02 11:50:00 UTC\nControls: leaver-access-removed, training-done\n');
  });

  it('names every key of a large digest, in text and HTML', () => {
    const deviations = Array.from({ length: 1_500 }, (_, n) => aDeviation({ id: `d${n}`, key: `account-${n}.` }));
    const { subject, text, html } = email.render(aNotice({ kind: 'digest', deviations }));
    expect(subject).toContain('(1500 keys)');
    expect(deviations.filter(({ key }) => !text.includes(key) || !html.includes(key))).toEqual([]);
    expect(html.length).toBeLessThan(500_000);
  });

  it('gives a range where only a range is known', () => {
    const { text } = email.render(aNotice({ deviations: [aDeviation({ occurredUntil: '2026-03-02T13:00:00.000Z' })] }));
    expect(text).toContain('Occurred:  between 2026-03-02 11:00:00 UTC and 2026-03-02 13:00:00 UTC');
  });

  it('lets no key or title become markup or a line of its own', () => {
    const hostile = `<img src=x onerror="alert(1)">\n-- \nNotice forged & 'quoted'`;
    const { text, html } = email.render(aNotice({ title: hostile, deviations: [aDeviation({ key: hostile, reason: hostile })] }));
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;');
    expect(text.split('\n').filter((line) => line.startsWith('Notice '))).toEqual(['Notice 0b54a1de-3f0c-8f1e-9a52-4c1d2f3e4a5b']);
  });

  it('never says more than monitoring knows', () => {
    const kinds = ['opened', 'closed', 'withdrawn', 'combined', 'digest', 'gap-opened', 'gap-closed'] as const;
    for (const kind of kinds) {
      const { text, html, subject } = email.render(aNotice({ kind }));
      expect(`${subject}${text}${html}`).not.toMatch(/compliant|certified|passed|auditor-approved|operating effectively/i);
    }
  });
});
