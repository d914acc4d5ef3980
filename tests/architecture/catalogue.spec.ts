import { describe, expect, test } from '@jest/globals';
import { loadCatalogue, type CatalogueFileRole, type EventType } from '@tickmark/catalogue';
import { kindById, runControlTests } from '@tickmark/evaluation';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { filesUnder, textOf } from './repository.js';

const ROLES: readonly (readonly [RegExp, CatalogueFileRole])[] = [
  [/criteria\.yaml$/, 'criteria'],
  [/objectives\.yaml$/, 'objectives'],
  [/\/event-types\//, 'event-type'],
  [/\/controls\//, 'control'],
];

const files = filesUnder('catalogue', '.yaml').flatMap((path) => {
  const role = ROLES.find(([pattern]) => pattern.test(path))?.[1];
  return role === undefined ? [] : [{ role, path, text: textOf(path) }];
});
const { catalogue, faults } = loadCatalogue(files, kindById);

/** The vocabulary that formats and controls rely on: `?` is optional, `[]` a list, `#` whole, `!` true or false, `@` a time. */
const FIELDS: { readonly [type: string]: string } = {
  'identity.account': 'account system status worker? admin! mfa! factors[] service?! lastSignInAt?@',
  'identity.signin': 'account system outcome mfa?! ip?',
  'identity.access-approved': 'account system role? approver request?',
  'identity.access-granted': 'account system role? grantedBy request?',
  'identity.access-revoked': 'account system role? revokedBy request?',
  'identity.access-review': 'system campaign population# reviewed# revoked# reviewer systemOwner',
  'hr.worker-joined': 'worker startDate@',
  'hr.worker-left': 'worker lastDay@',
  'hr.training-completed': 'worker course version dueAt?@',
  'hr.policy-acknowledged': 'worker policy version dueAt?@',
  'vcs.change-reviewed': 'change repository reviewer state commit',
  'vcs.change-merged': 'change repository branch author mergedBy head',
  'vcs.pushed': 'repository branch before after pusher forced!',
  'vcs.branch-protection': 'repository branch enforced! requiredApprovals# appliesToAdmins!',
  'ci.run': 'commit repository outcome',
  'deploy.released': 'release environment changes[] deployer emergency!',
  'vuln.finding': 'finding asset severity status firstSeenAt@',
  'config.finding': 'rule resource outcome suppressed?! severity? title? account? region?',
  'detection.alert': 'id severity status decidedAt?@',
  'incident.updated': 'id severity status decidedAt?@',
  'device.posture': 'device worker? encrypted! agent! lastSeenAt@',
  'backup.completed': 'asset outcome sizeBytes?#',
  'backup.restore-tested': 'asset outcome rtoMinutes# rpoMinutes#',
  'service.probed': 'service up!',
  'capacity.measured': 'resource utilisation~',
  'job.run': 'job scheduledFor@ outcome',
  'ledger.batch-sent': 'batch count# amountMinor# currency hash?',
  'ledger.batch-booked': 'batch count# amountMinor# currency hash?',
  'ledger.reconciled': 'account period preparer reviewer differenceMinor# currency',
  'payment.initiated': 'payment batch? initiator amountMinor# currency',
  'payment.approved': 'payment batch? approver amountMinor# currency',
  'payment.settled': 'payment batch? amountMinor# currency',
  'payroll.calculated': 'payRun employees# amountMinor# currency approver?',
  'payroll.approved': 'payRun employees# amountMinor# currency approver?',
  'payroll.disbursed': 'payRun employees# amountMinor# currency approver?',
  'masterdata.changed': 'record field changedBy approvedBy? callBackAt?@',
  'vendor.report-reviewed': 'id reviewer periodEnd?@',
  'risk.reviewed': 'id reviewer periodEnd?@',
  'privacy.request-received': 'request kind dueAt?@',
  'privacy.request-fulfilled': 'request kind dueAt?@',
  'privacy.consent-given': 'person kind dueAt?@',
  'privacy.disclosed': 'person kind dueAt?@',
  'data.deletion-run': 'dataSet rule deleted# overdue#',
  'population.snapshot': 'population count# asOf@',
  'attestation.given': 'control per? by role conclusion validFor? file? note? periodEnd?@ exceptions?#',
  'feed.heartbeat': 'feed',
};

const SIGNS: { readonly [kind: string]: string } = { int: '#', bool: '!', timestamp: '@', list: '[]', double: '~', string: '' };

function fieldsOf({ valueType }: EventType): string {
  if (valueType.kind !== 'object') return valueType.kind;
  return Object.entries(valueType.fields)
    .map(([name, { type, optional }]) => `${name}${optional ? '?' : ''}${SIGNS[type.kind] ?? type.kind}`)
    .join(' ');
}

describe('the shipped catalogue', () => {
  test('loads without any fault or warning', () => {
    expect(faults).toEqual([]);
  });

  test('has the 61 criteria, by series, and the 35 objectives', () => {
    const series = Map.groupBy(catalogue?.criteria.keys() ?? [], (id) => id.split('.')[0]);
    expect(Object.fromEntries([...series].map(([name, ids]) => [name, ids.length]))).toEqual({
      ...{ CC1: 5, CC2: 3, CC3: 4, CC4: 2, CC5: 3, CC6: 8, CC7: 5, CC8: 1, CC9: 2 },
      ...{ A1: 3, C1: 2, PI1: 5, P1: 1, P2: 1, P3: 2, P4: 3, P5: 2, P6: 7, P7: 1, P8: 1 },
    });
    expect([catalogue?.criteria.size, catalogue?.objectives.size]).toEqual([61, 35]);
  });

  test('keeps the note on rights in both files', () => {
    for (const file of ['catalogue/criteria.yaml', 'catalogue/objectives.yaml']) expect(textOf(file)).toContain('# RIGHTS. Only identifiers');
  });

  test('has the event types with the fields that others rely on; types and optional fields may come on top', () => {
    const missing = Object.entries(FIELDS).flatMap(([id, relied]) => {
      const type = catalogue?.eventTypes.get(id);
      const found = type === undefined ? [] : fieldsOf(type).split(' ');
      const beyond = found.filter((field) => !relied.split(' ').includes(field) && !field.includes('?'));
      return [...relied.split(' ').filter((field) => !found.includes(field)), ...beyond].map((field) => `${id}: ${field}`);
    });
    expect(missing).toEqual([]);
  });

  test('has the reserved types, and no other is reserved', () => {
    const reserved = [...(catalogue?.eventTypes.values() ?? [])].filter((type) => type.reserved).map(({ id }) => id);
    expect(reserved.sort()).toEqual(['attestation.given', 'feed.heartbeat', 'population.snapshot']);
  });

  test('has at least eight controls that serve both reports, and each has an owner and a description', () => {
    const controls = [...(catalogue?.controls.values() ?? [])];
    expect(controls.filter(({ maps }) => maps.tsc.length * maps.soc1.length > 0).length).toBeGreaterThanOrEqual(8);
    expect(controls.filter(({ owner, description }) => owner === 'unassigned' || description === '').map(({ id }) => id)).toEqual([]);
  });

  test.each([...(catalogue?.controls.values() ?? [])].map((control) => [control.id, control] as const))('%s: its tests hold', (_, control) => {
    const report = runControlTests(control, catalogue?.eventTypes ?? new Map<string, never>(), kindById);
    expect(report.results.filter(({ holds }) => !holds).map(({ test: { name } }) => name)).toEqual([]);
  });
});

type Place = readonly (string | number)[];

function placesIn(value: unknown, at: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([name, inner]) => placesIn(inner, [...at, Array.isArray(value) ? Number(name) : name]))];
}

function withValueAt(value: unknown, [step, ...rest]: Place, instead: unknown): unknown {
  if (step === undefined) return instead;
  if (Array.isArray(value)) return value.map((item: unknown, index) => (index === step ? withValueAt(item, rest, instead) : item));
  const fields = value as { readonly [name: string]: unknown };
  return { ...fields, [step]: withValueAt(fields[step], rest, instead) };
}

const EXPRESSIONS = ['true', 'account.worker', 'leaver.lastDay', 'params.limit', 'event.time', '1 / 0', 'x.y', '"a"', '24h', '-1h', '{at: 0h}', ''];

test('a shipped control with any one value replaced by anything loads or is refused, and nothing throws', () => {
  const controls = files.filter(({ role }) => role === 'control').map(({ path, text }) => ({ path, value: parse(text) as unknown, text }));
  const others = (text: string): typeof files =>
    files.filter(({ role, path }) => role === 'criteria' || role === 'objectives' || (role === 'event-type' && text.includes(path.slice(path.lastIndexOf('/') + 1, -'.yaml'.length))));
  const anything = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom<unknown>(...EXPRESSIONS), fc.string({ maxLength: 20 }));
  fc.assert(
    fc.property(fc.constantFrom(...controls), fc.nat(), anything, ({ path, value, text }, nth, instead) => {
      const places = placesIn(value);
      const changed = stringify(withValueAt(value, places[nth % places.length] ?? [], instead), { aliasDuplicateObjects: false });
      const loaded = loadCatalogue([...others(text), { role: 'control', path, text: changed }], kindById);
      if (loaded.catalogue === undefined) expect(loaded.faults.every(({ line, message }) => line >= 1 && message !== '')).toBe(true);
      for (const control of loaded.catalogue?.controls.values() ?? []) runControlTests(control, loaded.catalogue?.eventTypes ?? new Map<string, never>(), kindById);
    }),
    { numRuns: 150 },
  );
}, 120_000);
