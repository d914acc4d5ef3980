import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { request } from 'undici';
import { addressPolicy, networkFault } from './address-rules.js';
import type { AddressRules } from './address-rules.js';
import { guardedAgent } from './guarded-agent.js';
import type { Resolve } from './guarded-agent.js';
import { guardedGet } from './guarded-get.js';

const PRODUCTION: AddressRules = { production: true, allowedNetworks: [] };

const REFUSED = [
  '0.0.0.0', '0.1.2.3', '10.0.0.1', '10.255.255.255', '100.64.0.1', '100.100.100.200', '100.127.255.255', '127.0.0.1', '127.1.2.3',
  '169.254.0.1', '169.254.169.254', '169.254.170.2', '172.16.0.1', '172.31.255.255', '192.0.0.1', '192.0.0.192', '192.0.2.1', '192.168.0.1',
  '192.168.255.255', '198.18.0.1', '198.19.255.255', '198.51.100.7', '203.0.113.9', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255',
  '::', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '::ffff:a9fe:a9fe', '::ffff:169.254.169.254',
  '::ffff:0:127.0.0.1', '::127.0.0.1', '::10.1.2.3', '64:ff9b::127.0.0.1', '64:ff9b::a00:1', '64:ff9b:1::1', '100::1', '2001::1', '2001:db8::1',
  '2002:7f00:1::', '2002:a00:1::1', '2002:c0a8:101::', '2002:a9fe:a9fe::', '3fff::1', '5f00::1', 'fc00::1', 'fd00:ec2::254', 'fd12:3456::1',
  'fe80::1', 'fe80::1%eth0', 'febf::1', 'fec0::1', 'ff02::1', 'ff0e::1', '', 'localhost', 'example.com', '1.2.3', '0x7f.1',
];
const ALLOWED = ['1.1.1.1', '8.8.8.8', '93.184.216.34', '172.32.0.1', '100.128.0.1', '192.0.3.1', '2606:4700::1111', '::ffff:8.8.8.8', '64:ff9b::808:808', '2002:808:808::1'];

describe('addresses that may be called', () => {
  it.each(REFUSED)('%s is refused', (address) => {
    expect(addressPolicy(PRODUCTION)(address)).toBe(false);
  });
  it.each(ALLOWED)('%s is allowed', (address) => {
    expect(addressPolicy(PRODUCTION)(address)).toBe(true);
  });
  it('include loopback outside production, and only that', () => {
    const mayConnect = addressPolicy({ production: false, allowedNetworks: [] });
    expect(['127.0.0.1', '::1', '::ffff:127.0.0.1', '10.0.0.1', '169.254.169.254'].map(mayConnect)).toEqual([true, true, true, false, false]);
  });
  it('include what the operator allows, also where IPv6 carries it', () => {
    const mayConnect = addressPolicy({ production: true, allowedNetworks: ['10.20.0.0/16', 'fd00:1::/32'] });
    expect(['10.20.3.4', '::ffff:10.20.3.4', 'fd00:1::9', '10.21.0.1', 'fd00:2::9'].map(mayConnect)).toEqual([true, true, true, false, false]);
  });
  it('are written as networks', () => {
    expect(['10.0.0.0/8', '10.1.2.3', 'fd00::/8', '::1'].map(networkFault)).toEqual([undefined, undefined, undefined, undefined]);
    expect(['10.0.0.0/33', '10.0.0/8', 'lan', '10.0.0.0/8/8', ''].map((text) => networkFault(text) !== undefined)).toEqual([true, true, true, true, true]);
  });
});

const server = createServer((request, response) => {
  arrivals.push(request.url ?? '');
  answer(response);
});
let arrivals: string[] = [];
let answer = (response: ServerResponse): void => void response.writeHead(204).end();
const port = (): number => (server.address() as AddressInfo).port;

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
beforeEach(() => {
  arrivals = [];
  answer = (response) => void response.writeHead(204).end();
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

describe('a guarded connection', () => {
  async function call(url: string, resolve: Resolve, rules = PRODUCTION) {
    const agent = guardedAgent(rules, resolve);
    try {
      return (await request(url, { dispatcher: agent })).statusCode;
    } catch (error) {
      return (error as Error).name;
    } finally {
      await agent.destroy();
    }
  }
  const answers = (...addresses: string[]): Resolve => (_, done) => done(null, addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));

  it('is refused for a name that leads to a private address, whatever else it leads to', async () => {
    expect(await call(`http://receiver.test:${port()}`, answers('127.0.0.1'))).toBe('AddressRefused');
    expect(await call(`http://receiver.test:${port()}`, answers('::1', '127.0.0.1', '10.0.0.1'))).toBe('AddressRefused');
    expect(arrivals).toEqual([]);
  });

  it('takes the address that was checked, so that a name that changes gains nothing', async () => {
    let asked = 0;
    const changing: Resolve = (_, done) => {
      asked += 1;
      done(null, [{ address: asked === 1 ? '203.0.113.1' : '127.0.0.1', family: 4 }]);
    };
    expect(await call(`http://receiver.test:${port()}`, changing)).toBe('AddressRefused');
    expect(await call(`http://receiver.test:${port()}`, changing)).toBe('AddressRefused');
    expect(arrivals).toEqual([]);
  });

  it.each(['127.0.0.1', '2130706433', '0x7f000001', '0177.0.0.1', '127.1', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0', '[::]'])(
    'is refused for the literal address %s',
    async (host) => {
      expect(await call(`http://${host}:${port()}`, answers('8.8.8.8'))).toBe('AddressRefused');
      expect(arrivals).toEqual([]);
    },
  );

  it('is made where the operator allows it', async () => {
    const rules = { production: true, allowedNetworks: ['127.0.0.0/8'] };
    expect(await call(`http://receiver.test:${port()}`, answers('10.0.0.1', '127.0.0.1'), rules)).toBe(204);
  });

  it('reports that a name is not known', async () => {
    expect(await call('http://receiver.test', (_, done) => done(new Error('not found'), []))).toBe('Error');
  });
});

describe('what a guarded address holds', () => {
  const agent = guardedAgent({ production: false, allowedNetworks: [] });
  const get = (path = '/key.pem', limits = { timeoutMs: 5_000, bytes: 16 }) => guardedGet(agent, `http://127.0.0.1:${port()}${path}`, limits);
  afterAll(() => agent.destroy());

  it('is read with its status', async () => {
    answer = (response) => void response.writeHead(200).end('sixteen bytes!!!');
    expect(await get()).toEqual({ outcome: 'answered', status: 200, body: 'sixteen bytes!!!' });
    expect(arrivals).toEqual(['/key.pem']);
  });

  it('is no answer when it is longer than allowed, leads elsewhere only in words, or does not come in time', async () => {
    answer = (response) => void response.writeHead(200).end('seventeen bytes!!');
    expect(await get()).toEqual({ outcome: 'failed', reason: 'longer than 16 bytes' });
    answer = (response) => void response.writeHead(302, { location: '/other' }).end();
    expect(await get()).toEqual({ outcome: 'answered', status: 302, body: '' });
    answer = () => undefined;
    expect(await get('/slow', { timeoutMs: 20, bytes: 16 })).toEqual({ outcome: 'failed', reason: 'TimeoutError' });
    // Where it leads nobody goes.
    expect(arrivals.slice(0, 2)).toEqual(['/key.pem', '/key.pem']);
    expect(arrivals).not.toContain('/other');
  });

  it('is not asked for where nobody may connect', async () => {
    const strict = guardedAgent(PRODUCTION);
    expect(await guardedGet(strict, `http://127.0.0.1:${port()}/`, { timeoutMs: 5_000, bytes: 16 })).toEqual({ outcome: 'failed', reason: 'AddressRefused' });
    await strict.destroy();
    expect(arrivals).toEqual([]);
  });
});
