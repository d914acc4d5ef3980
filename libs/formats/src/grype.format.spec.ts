import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { grype } from './grype.format.js';
import { sampleFiles, sampleText, send, sendSample, shown, type Shown } from './samples.testkit.js';

const SYSTEM = { system: 'images' };

interface Place {
  readonly id: string;
  readonly source: string;
  readonly time: string;
}
const scan = (place: Place, scanner: string, covered: number): object => ({
  ...place,
  id: `${place.id}@scan`,
  index: 0,
  type: 'scan.completed',
  subject: scanner,
  data: { scanner, outcome: 'success', covered, total: 1 },
});
const found = (place: Place, key: string, [finding, asset, severity, status = 'open']: readonly string[]): object => ({
  ...place,
  id: `${place.id}@${finding}@${asset}@${key}`,
  index: 0,
  type: 'vuln.finding',
  subject: asset,
  data: { finding, asset, severity, status },
});
const untold = (reason: string): object => ({ index: 0, ignored: reason });

/** Old versions write no time: the content tells a report from another one. */
const contentOf = (file: string): string =>
  `sha256:${createHash('sha256').update(JSON.stringify(JSON.parse(sampleText('grype', file)))).digest('hex')}`;

const IMAGE = 'vulnerable-image:latest';
const PYTHON = '/usr/local/lib/python3.8/site-packages';
const fields: Place = {
  id: `${IMAGE}@sha256:9d8825ab20ac86b40eb71495bece1608a302fb180384740697a28c2b0a5a0fc6@${contentOf('check_all_fields.json')}`,
  source: 'grype/image',
  time: 'none given',
};
const own: Place = { id: 'api:1@sha256:bb@2026-01-31T13:00:00.5+01:00', source: 'grype/image', time: '2026-01-31T12:00:00.500Z' };
const app: Place = { id: '/srv/app@@2026-01-31T12:00:00Z', source: 'grype/directory', time: '2026-01-31T12:00:00.000Z' };
const NO_AGE = 'the report does not say how old its database was: whether the artifact was looked at well is not known';
const NO_DATABASE = 'the report does not say which database was used: whether the artifact was looked at well is not known';

const django = found(fields, `3.2.9@${PYTHON}/Django-3.2.9.dist-info/METADATA`, ['GHSA-v6rh-hp5x-86rv', `${IMAGE}/Django`, 'high']);

const EXPECTED: Record<string, object[]> = {
  'check_all_fields.json': [
    untold(NO_AGE),
    found(fields, '1.17-3+deb10u3@/var/lib/dpkg/status', ['CVE-2004-0971', `${IMAGE}/libgssapi-krb5-2`, 'low']),
    found(fields, `4.0.2@${PYTHON}/redis-4.0.2.dist-info/METADATA`, ['CVE-2021-32626', `${IMAGE}/redis`, 'high']),
    found(fields, '2.28-10@/var/lib/dpkg/status', ['CVE-2021-33574', `${IMAGE}/libc-bin`, 'critical']),
    found(fields, '2.28-10@/var/lib/dpkg/status', ['CVE-2021-33574', `${IMAGE}/libc6`, 'critical']),
    django,
    { ...django, id: `${(django as Place).id}@#2` },
  ],
  'no_vuln.json': [untold(NO_DATABASE)],
  'suppressed.json': [
    scan(own, 'grype/api:1', 1),
    {
      ...own,
      id: `${own.id}@os`,
      index: 0,
      type: 'config.finding',
      subject: 'api:1',
      data: { rule: 'os-supported', resource: 'api:1', outcome: 'fail', title: 'The operating system still gets security updates' },
    },
    found(own, '3.1.4-r0@/lib/apk/db/installed', ['CVE-2026-0001', 'api:1/openssl', 'critical']),
    found(own, '2.0@/app/a.jar', ['CVE-2026-0002', 'api:1/log4j-core', 'high']),
    found(own, '2.0@/app/b.jar', ['CVE-2026-0002', 'api:1/log4j-core', 'high']),
    found(own, '1.1@/lib/apk/db/installed', ['CVE-2026-0003', 'api:1/zlib', 'high', 'accepted']),
    found(own, '1.1@/lib/apk/db/installed', ['CVE-2026-0004', 'api:1/zlib', 'low', 'accepted']),
  ],
  'broken.match.json': [
    scan(app, 'grype//srv/app', 0),
    found(app, '1@', ['CVE-2026-0001', '/srv/app/openssl', 'high']),
    { index: 0, rejected: '/matches/1/artifact/name', message: 'expected string, but it is missing' },
    { index: 0, rejected: '/ignoredMatches/0/vulnerability/id', message: 'Too small: expected string to have >=1 characters' },
  ],
};

describe('the samples of Grype', () => {
  it('are all written out', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual(sampleFiles('grype'));
  });

  it.each(Object.keys(EXPECTED))('%s gives what is written here', (file) => {
    expect(shown(sendSample(grype, file, SYSTEM))).toEqual(EXPECTED[file]);
  });
});

const all = (body: unknown): Shown[] => shown(send(grype, JSON.stringify(body), SYSTEM));
const FRESH = { built: '2026-01-31T00:00:00Z', schemaVersion: 5, error: null };
const report = (change: object, db: unknown = FRESH): Shown[] =>
  all({ matches: [], source: { type: 'directory', target: '.' }, distro: { name: '' }, descriptor: { timestamp: '2026-01-31T12:00:00Z', db }, ...change });
const covered = (db: unknown): unknown => {
  const [first] = report({}, db);
  return first !== undefined && 'data' in first ? (first.data as { covered: number }).covered : first;
};

describe('a report of Grype that lists nothing', () => {
  it('says that the artifact was looked at only with a database that is sound and fresh', () => {
    expect(covered(FRESH)).toBe(1);
    expect(covered({ status: { built: '2026-01-26T12:00:00Z', valid: true } })).toBe(1);
    expect(covered({ status: { built: '2026-01-26T11:59:59Z', valid: true } })).toBe(0);
    expect(covered({ status: { built: '2026-01-31T00:00:00Z', valid: false } })).toBe(0);
    expect(covered({ status: { built: '2026-01-31T00:00:00Z', valid: true, error: 'checksum differs' } })).toBe(0);
    expect(covered({ ...FRESH, error: {} })).toBe(0);
    expect(covered({ ...FRESH, built: '2026-02-01T00:00:00Z' })).toBe(0);
  });

  it('says nothing of that where the age of the database is not told', () => {
    for (const db of [{}, { status: {} }, { built: 'yesterday' }]) expect(report({}, db)).toEqual([untold(NO_AGE)]);
    for (const db of [null, 'db', []]) expect(report({}, db)).toEqual([untold(NO_DATABASE)]);
    expect(report({ descriptor: { db: FRESH } })).toEqual([untold(NO_AGE)]);
    expect(report({ descriptor: null })).toEqual([untold(NO_DATABASE)]);
  });

  it('about an image without a distribution does not say that anything was recognised', () => {
    const image = { type: 'image', target: { userInput: 'scratch:1' } };
    expect(report({ source: image })).toEqual([untold('nothing was found in an image without a distribution: whether anything in it was recognised is not said')]);
    expect(report({ source: image, distro: { name: 'alpine' } })).toMatchObject([{ type: 'scan.completed', data: { covered: 1 } }]);
    const match = { vulnerability: { id: 'CVE-1', severity: 'Low' }, artifact: { name: 'p' } };
    expect(report({ source: image, matches: [match] })[0]).toMatchObject({ type: 'scan.completed', data: { covered: 1 } });
  });

  it('about a distribution that is matched with nothing was not looked at', () => {
    const alertsByPackage = [{ package: { name: 'bash' }, alerts: [{ type: 'distro-disabled', message: 'arch' }] }];
    expect(report({ alertsByPackage })).toMatchObject([{ type: 'scan.completed', data: { covered: 0 } }]);
  });
});

describe('a report of Grype', () => {
  const assetOf = (source: unknown): unknown => {
    const [, match] = report({ source, matches: [{ vulnerability: { id: 'CVE-1', severity: 'Low' }, artifact: { name: 'p' } }] });
    return match !== undefined && 'subject' in match ? match.subject : match;
  };

  it('names what was scanned: the image as asked for, else its tag or digest; a path; the system of the feed', () => {
    expect(assetOf({ type: 'image', target: { userInput: '', tags: ['api:2'], imageID: 'sha256:1' } })).toBe('api:2/p');
    expect(assetOf({ type: 'image', target: { tags: null, imageID: 'sha256:1' } })).toBe('sha256:1/p');
    expect(assetOf({ type: 'sbom-file', target: 'bom.json' })).toBe('bom.json/p');
    for (const source of [null, undefined, { type: 'unknown', target: 'unknown' }, { type: 'image', target: 7 }, { type: 'image', target: {} }]) {
      expect(assetOf(source)).toBe('images/p');
    }
  });

  it('keeps names that are too long apart', () => {
    const long = 'x'.repeat(2_000);
    const [one, other] = [assetOf({ type: 'directory', target: `${long}1` }), assetOf({ type: 'directory', target: `${long}2` })];
    expect(Buffer.byteLength(String(one))).toBeLessThanOrEqual(1_024);
    expect(one).not.toEqual(other);
  });

  it('gives the same ids again, and others for another scan, with and without a time', () => {
    expect(report({})).toEqual(report({}));
    const timeless = (more: object): Shown[] => all({ matches: [{ vulnerability: { id: 'CVE-1', severity: 'Low' }, artifact: { name: 'p' } }], ...more });
    expect(timeless({})).toEqual(timeless({}));
    expect(timeless({})).not.toEqual(timeless({ distro: { name: 'alpine' } }));
  });

  it('with a time that is none is refused there, and what is no report is refused', () => {
    expect(report({ descriptor: { timestamp: 'now', db: FRESH } })).toEqual([{ index: 0, rejected: '/descriptor/timestamp', message: 'is no instant' }]);
    expect(all({ bomFormat: 'CycloneDX' })).toMatchObject([{ rejected: '/matches' }]);
    expect(report({ matches: null })).toMatchObject([{ rejected: '/matches' }]);
  });

  it('with more matches than one delivery may hold is too large', () => {
    const matches = Array.from({ length: 20_000 }, () => ({ vulnerability: { id: 'X' }, artifact: { name: 'p' } }));
    expect(send(grype, JSON.stringify({ matches }), SYSTEM).outcome).toBe('too-large');
  });
});
