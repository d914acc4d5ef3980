import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { folderWith, run } from '../cli.testkit.js';

interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const NO_STATES = { pass: 0, fail: 0, error: 0, unknown: 0, 'not-applicable': 0, 'no-occurrence': 0 };
const side = (states: object, deviations = 0) => ({ states: { ...NO_STATES, ...states }, deviations });
const result = (rest: object = {}) => ({
  control: 'own-backups', definitionHash: 'abcdef0123456789', logicHash: 'l', onRecord: true, compared: { from: '2026-03-01T00:00:00.000Z', to: '2026-03-02T00:00:00.000Z' },
  judgedUntil: '2026-03-02T00:00:00.000Z', events: 1, differs: false,
  totals: { differingKeys: 0, deviationsAdded: 0, deviationsGone: 0, deviationsMoved: 0 }, days: [], keysListed: 0, keysLeftOut: 0, ...rest,
});
const found = (status: string, rest: object = {}): Reply => ({ status: 200, body: { status, progress: 0.5, detail: null, result: null, ...rest } });
const started: Reply = { status: 202, body: { id: 'b1' } };
const none: Reply = { status: 200, body: { items: [], nextCursor: null } };

describe('tickmark backtest', () => {
  let server: Server;
  let url: string;
  let replies: Reply[];
  let asked: string[];
  let file: string;

  beforeEach(async () => {
    replies = [];
    asked = [];
    file = join(await folderWith({ 'c.yaml': 'id: own-backups\n' }), 'c.yaml');
    server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        asked.push(`${request.method ?? ''} ${request.url ?? ''} ${text}`.trim());
        const { status, body, headers = {} } = replies.shift() ?? { status: 500, body: {} };
        response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  const backtest = (...args: readonly string[]) => run(['backtest', file, '--url', url, '--key', 'k', '--from', '2026-03-01', '--to', '2026-03-02', ...args]);

  it('asks for the range, waits until it is done, and says that nothing differs', async () => {
    replies = [started, found('queued'), found('running'), found('done', { result: result() }), none];
    const { code, out, err } = await backtest();
    expect([code, err]).toEqual([0, '']);
    expect(out).toBe('own-backups abcdef012345, judged anew over 1 event\ncompared with the record, from 2026-03-01T00:00:00.000Z to 2026-03-02T00:00:00.000Z\n✓ no difference\n');
    expect(asked).toEqual([
      'POST /v1/backtests {"yaml":"id: own-backups\\n","from":"2026-03-01T00:00:00.000Z","to":"2026-03-02T00:00:00.000Z"}',
      'GET /v1/backtests/b1', 'GET /v1/backtests/b1', 'GET /v1/backtests/b1',
      'GET /v1/backtests/b1/differences?limit=100',
    ]);
  });

  it('says of a new control that it is compared with nothing, of each key what, and how much more there is', async () => {
    const differs = result({
      differs: true, onRecord: false, keysListed: 3, keysLeftOut: 4,
      totals: { differingKeys: 7, deviationsAdded: 1, deviationsGone: 1, deviationsMoved: 0 },
      days: [{ day: '2026-03-01', before: side({}), after: side({ fail: 7 }, 1), differing: 7 }, { day: '2026-03-02', before: side({}), after: side({}), differing: 0 }],
    });
    const item = {
      check: 'backed-up', key: 'db', days: ['2026-03-01'], leftOut: 2,
      stretches: [{ from: 'T1', to: 'T2', before: null, after: { state: 'fail' } }],
      deviations: [
        { id: null, before: null, after: { status: 'open', occurredAt: 'T1', occurredUntil: 'T2', remediatedAt: null } },
        { id: 'd1', before: { status: 'closed', occurredAt: 'T1', remediatedAt: 'T2' }, after: null },
      ],
    };
    replies = [started, found('done', { result: differs }), { status: 200, body: { items: [item], nextCursor: null } }];
    const { code, out } = await backtest();
    expect(code).toBe(1);
    expect(out).toBe(`own-backups abcdef012345, judged anew over 1 event
compared with nothing: there is no control of this id, from 2026-03-01T00:00:00.000Z to 2026-03-02T00:00:00.000Z

days (keys by the worst state of the day; deviations that began)
  2026-03-01  7 keys: no keys → fail 7, 1 deviation

backed-up db
  T1 .. T2  no such key → fail
  deviation that would have been: T1 (or until T2) .. open
  deviation d1 would not have been: T1 .. T2
  and 2 more

and 6 more keys; --json has all that are listed

✗ 7 keys differ, on 1 day; 1 deviation more, 1 fewer, 0 at other times
`);
  });

  it('shows a bar on a terminal only', async () => {
    replies = [started, found('running'), found('done', { result: result() }), none];
    const { err } = await backtest();
    expect(err).toBe('');
  });

  it('with --json fetches every page', async () => {
    const item = { check: 'c', key: 'k', days: [], stretches: [], deviations: [], leftOut: 0 };
    replies = [started, found('done', { result: result({ differs: true }) }), { status: 200, body: { items: [item], nextCursor: 'n x' } }, { status: 200, body: { items: [{ ...item, key: 'l' }], nextCursor: null } }];
    const { code, out } = await backtest('--json');
    expect([code, (JSON.parse(out) as { differences: { key: string }[] }).differences.map(({ key }) => key)]).toEqual([1, ['k', 'l']]);
    expect(asked.at(-1)).toBe('GET /v1/backtests/b1/differences?limit=500&cursor=n%20x');
  });

  it('waits where the server says when to come back', async () => {
    replies = [{ status: 429, body: { detail: 'one runs' }, headers: { 'retry-after': '0' } }, started, found('done', { result: result() }), none];
    expect((await backtest()).code).toBe(0);
  });

  it.each([
    ['failed', 'it needs more memory', 'tickmark: the backtest failed: it needs more memory\n'],
    ['interrupted', 'the console was stopped', 'tickmark: the backtest was interrupted: the console was stopped\n'],
  ])('that %s ends with 3 and says why', async (status, detail, said) => {
    replies = [started, found(status, { detail })];
    const { code, out, err } = await backtest();
    expect([code, out, err]).toEqual([3, '', said]);
  });

  it('ends with 3 when the server is away, and with 2 when it refuses for good', async () => {
    replies = [{ status: 403, body: { detail: 'The role dashboard may not do this.' } }];
    const refused = await backtest();
    expect([refused.code, refused.err]).toEqual([2, 'tickmark: The role dashboard may not do this.\n']);
    replies = Array.from({ length: 6 }, () => ({ status: 503, body: { detail: 'Postgres does not answer' }, headers: { 'retry-after': '0' } }));
    const away = await backtest();
    expect([away.code, away.err]).toEqual([3, 'tickmark: the server answers 503: Postgres does not answer\n']);
  });

  it.each([
    [['--from', 'yesterday'], /--from yesterday is no time; write 2026-03-01/],
    [['--url', 'ftp://x'], /is no address/],
    [['--from'], /argument missing/],
  ])('ends with 2 on wrong use: %j', async (args, message) => {
    const { code, err } = await backtest(...args);
    expect([code, message.test(err), asked]).toEqual([2, true, []]);
  });

  it('ends with 2 when there is no such file', async () => {
    const { code, err } = await run(['backtest', 'nowhere.yaml', '--url', url, '--key', 'k']);
    expect([code, err]).toEqual([2, 'tickmark: nowhere.yaml is no file that can be read\n']);
  });
});

describe('tickmark controls explain', () => {
  it('ends with 2 without an id, and with 3 when nobody listens', async () => {
    const nobody = await run(['controls', 'explain', '--url', 'http://127.0.0.1:9', '--key', 'k']);
    expect([nobody.code, nobody.err]).toEqual([2, 'tickmark: which verdict? Give the id of an observation, a state or a deviation: tickmark controls explain ID\n']);
    const away = await run(['controls', 'explain', 'x', '--url', 'http://127.0.0.1:9', '--key', 'k']);
    expect([away.code, away.err]).toMatchObject([3, expect.stringMatching(/^tickmark: http:\/\/127\.0\.0\.1:9 does not answer/)]);
  }, 20_000);
});
