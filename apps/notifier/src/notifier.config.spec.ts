import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { noticeBody } from '@tickmark/alerting';
import { parseConfig } from '@tickmark/platform';
import type { ConfigError } from '@tickmark/platform';
import { notifierEnvironment } from './notifier.config.js';
import { readRouting } from './read-routing.js';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const servers = { DATABASE_URL: 'postgres://localhost/t', REDIS_URL: 'redis://localhost', KAFKA_BROKERS: 'localhost:9092' };
const parse = (environment: Record<string, string>) => parseConfig(notifierEnvironment, { ...servers, ...environment });

function faultsOf(work: () => unknown): readonly string[] {
  try {
    work();
    return [];
  } catch (error) {
    return (error as ConfigError).faults;
  }
}

describe('the environment of the notifier', () => {
  it('needs the servers and nothing else', () => {
    expect(parse({})).toMatchObject({ NOTIFIER_PORT: 3003, CONSOLE_URL: 'http://localhost:3000', TICKMARK_ALLOWED_NETWORKS: [] });
  });

  it('lists every fault', () => {
    expect(faultsOf(() => parse({ SMTP_URL: 'http://mail', CONSOLE_URL: 'console', TICKMARK_ALLOWED_NETWORKS: '10.0.0.0/8, lan' }))).toEqual([
      'SMTP_URL: must be an smtp:// or smtps:// address',
      'CONSOLE_URL: must be an http:// or https:// address',
      'TICKMARK_ALLOWED_NETWORKS: lan must be an address or a network such as 10.0.0.0/8',
    ]);
  });

  it('wants a secret with a webhook and a mail server with a mail address', () => {
    expect(faultsOf(() => parse({ TICKMARK_WEBHOOK_URL: 'https://hooks.example' }))).toEqual([
      'TICKMARK_WEBHOOK_SECRET: must be set when TICKMARK_WEBHOOK_URL is',
    ]);
    expect(faultsOf(() => parse({ TICKMARK_EMAIL_TO: 'a@larkspur.example' }))).toEqual(['SMTP_URL: must be set when TICKMARK_EMAIL_TO is']);
  });
});

describe('the routing', () => {
  it('sends everything to the receiver of the environment when there is no file', async () => {
    const config = parse({
      TICKMARK_WEBHOOK_URL: 'https://hooks.example',
      TICKMARK_WEBHOOK_SECRET: SECRET,
      TICKMARK_EMAIL_TO: 'a@larkspur.example, b@larkspur.example',
      SMTP_URL: 'smtp://localhost:25',
    });
    expect(await readRouting(config)).toEqual({
      receivers: [
        {
          name: 'first',
          channels: { webhook: { url: 'https://hooks.example', secret: SECRET }, email: { to: ['a@larkspur.example', 'b@larkspur.example'] } },
        },
      ],
      root: { match: {}, receiver: 'first', continue: false, routes: [], holdMs: 0, groupWaitMs: 0, groupIntervalMs: 0 },
    });
  });

  it('has no receiver when none is named', async () => {
    expect(await readRouting(parse({}))).toEqual({ receivers: [] });
  });

  it('names the variable that is wrong', async () => {
    const config = parse({ TICKMARK_WEBHOOK_URL: 'ftp://hooks.example', TICKMARK_WEBHOOK_SECRET: 'abc', TICKMARK_EMAIL_TO: 'nobody', SMTP_URL: 'smtp://m' });
    await expect(readRouting(config)).rejects.toMatchObject({
      faults: [
        'TICKMARK_WEBHOOK_URL: must be an http:// or https:// address',
        'TICKMARK_WEBHOOK_SECRET: must be whsec_ and base64',
        'TICKMARK_EMAIL_TO: must be a mail address',
      ],
    });
  });

  it('is read from a file, whose faults name the file and the line', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'routes-'));
    const path = join(folder, 'routes.yaml');
    try {
      await writeFile(path, `receivers:\n  ops: {webhook: {url: "https://hooks.example", secret: ${SECRET}}}\nroute: {receiver: ops}\n`);
      expect((await readRouting(parse({ TICKMARK_ROUTES_PATH: path }))).root?.receiver).toBe('ops');
      await writeFile(path, `receivers:\n  ops: {email: {to: [x]}}\nroute: {receiver: ops}\n`);
      await expect(readRouting(parse({ TICKMARK_ROUTES_PATH: path }))).rejects.toMatchObject({
        faults: [`${path}:2: receivers.ops.email.to.0: must be a mail address`],
      });
      await expect(readRouting(parse({ TICKMARK_ROUTES_PATH: join(folder, 'none.yaml') }))).rejects.toThrow('cannot be read');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('the page about receiving notices', () => {
  const page = readFileSync(new URL('../../../docs/how-to/receive-notices.md', import.meta.url), 'utf8');
  const block = (language: string): string => new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? '';

  it('has a routing file that is read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'routes-'));
    const path = join(folder, 'routes.yaml');
    try {
      await writeFile(path, block('yaml'));
      const routing = await readRouting(parse({ TICKMARK_ROUTES_PATH: path }));
      expect(routing.receivers.map(({ name }) => name)).toEqual(['operations', 'security', 'payroll']);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('shows a notice that fits the schema', () => {
    expect(noticeBody.safeParse(JSON.parse(block('json'))).error).toBeUndefined();
  });
});
