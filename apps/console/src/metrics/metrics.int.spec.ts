import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aConsole } from '../calls.testkit.js';
import type { TestConsole } from '../calls.testkit.js';

interface Overview {
  readonly [field: string]: Record<string, unknown>;
}

const account = (name: string, mfa: boolean) => ({ account: name, system: 'okta', status: 'active', admin: true, mfa, factors: mfa ? ['totp'] : [] });

describe('metrics', () => {
  let app: TestConsole;

  beforeAll(async () => {
    app = await aConsole('2026-03-10T12:00:30.000Z');
    await app.data.judgedUntil('2026-03-10T12:00:30.000Z');
    await app.data.judge(
      [
        { type: 'identity.account', at: '2026-03-10T06:00:30Z', data: account('a1', true) },
        { type: 'identity.account', at: '2026-03-10T06:00:30Z', data: account('a2', false) },
      ],
      '2026-03-10T12:00:30.000Z',
    );
    await app.data.deviation({ id: 'd1', control: 'admin-mfa', key: 'a2', status: 'open', occurredAt: '2026-03-10T06:00:30Z', detectedAt: '2026-03-10T06:00:31Z' });
    await app.data.deviation({
      id: 'd2', control: 'admin-mfa', key: 'a1', status: 'closed', occurredAt: '2026-03-01T06:00:00Z', detectedAt: '2026-03-01T06:00:03Z',
      remediatedAt: '2026-03-01T06:10:00Z', verifiedAt: '2026-03-01T06:10:03Z',
    });
    await app.data.gap({
      id: 'g1', revision: 1, cause: 'feed-silent', feedId: app.data.feed.id, status: 'open',
      fromMs: Date.parse('2026-03-10T11:00:30Z'), knownFromMs: Date.parse('2026-03-10T11:30:32Z'),
    });
  });

  afterAll(() => app.close());

  it('give dashboards an overview', async () => {
    const { body } = await app.get<Overview>('/v1/metrics/overview', { key: app.keys.dashboard });
    const items = body['controls']?.['items'] as Record<string, unknown>[];
    const inState = (state: string): number => items.filter((one) => one['state'] === state).length;
    expect(inState('fail')).toBeGreaterThanOrEqual(1);
    expect(items).toHaveLength(app.data.catalogue.controls.size);
    expect(body).toMatchObject({
      asOf: '2026-03-10T12:00:30.000Z',
      judgedUntil: '2026-03-10T12:00:30.000Z',
      controls: { total: items.length, byState: { pass: 0, fail: inState('fail'), unknown: items.length - inState('fail') } },
      deviations: { open: 1, bySeverity: { critical: 1, high: 0, medium: 0, low: 0 } },
      gaps: { open: 1, byCause: { 'feed-silent': 1 } },
      feeds: { alive: 0, silent: 1, notMonitored: 0 },
      timeToDetect: { n: 2, meanMs: 2_000, medianMs: 2_000, maximumMs: 3_000 },
      timeToRemediate: { n: 1, meanMs: 600_000, medianMs: 600_000, maximumMs: 600_000 },
    });
    // Of a1's six hours the last was silent; all six of a2 failed.
    expect(items.find(({ id }) => id === 'admin-mfa')).toEqual({
      id: 'admin-mfa', state: 'fail', severity: 'critical', coverage: 11 / 12, openDeviations: 1,
    });
    expect(Object.values(body['criteria'] ?? {}).reduce((sum: number, each) => sum + Number(each), 0)).toBe(61);
  });

  it('give Prometheus the state of each control, coverage, deviations and feeds, without any person in a label', async () => {
    const { text, headers } = await app.call('GET', '/metrics');
    expect(headers['content-type']).toMatch(/^text\/plain; version=0.0.4/);
    expect(text).toContain('tickmark_control_state{control="admin-mfa",state="fail",app="console"} 1');
    expect(text).toContain('tickmark_control_state{control="admin-mfa",state="pass",app="console"} 0');
    expect(text).toMatch(/tickmark_control_coverage_ratio\{control="admin-mfa",app="console"\} 0\.91666/);
    expect(text).not.toMatch(/tickmark_control_coverage_ratio\{control="backups-succeed"/);
    expect(text).toContain('tickmark_deviations_open{severity="critical",app="console"} 1');
    expect(text).toContain('tickmark_gaps_open{cause="feed-silent",app="console"} 1');
    expect(text).toContain(`tickmark_judged_until_timestamp_seconds{app="console"} ${Date.parse('2026-03-10T12:00:30.000Z') / 1_000}`);
    expect(text).not.toContain('a2');
  });

  it('say that the process is alive and ready', async () => {
    expect(await app.call('GET', '/healthz')).toMatchObject({ status: 200, body: { status: 'alive' } });
    expect(await app.call('GET', '/readyz')).toMatchObject({ status: 200, body: { status: 'ready', missing: [], degraded: [] } });
  });
});
