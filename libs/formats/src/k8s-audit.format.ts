import type { JsonObject } from '@tickmark/contracts';
import { BEARER } from './authentication.js';
import type { Format, FormatLimits, ParseRequest, ParseResult } from './format.js';
import { k8sAuditEvent } from './k8s/audit-event.js';
import { unwrapped } from './k8s/wrapped.js';
import { type ItemResult, rejected } from './reading/items.js';
import { JSON_LINES_TYPES, readRecords } from './reading/records.js';

const LIMITS: FormatLimits = { bodyBytes: 4 * 1024 * 1024, items: 20_000, lineBytes: 1024 * 1024 };

/** The audit log of kube-apiserver: its file (JSON lines), its webhook (`EventList`), or in records of a cloud. */
export const k8sAudit: Format = {
  id: 'k8s-audit',
  title: 'Kubernetes audit log',
  contentTypes: ['application/json', ...JSON_LINES_TYPES],
  limits: LIMITS,
  authentication: [BEARER],
  words: [
    { theirs: 'create, update, patch of a role binding, code 2xx', ours: 'identity.access-granted', why: 'each subject has the role from now on' },
    { theirs: 'the same at the level Metadata', ours: 'refused', why: 'the log does not say who got which role' },
    { theirs: 'the same with another code', ours: 'ignored', why: 'the request was refused, so nothing was changed' },
    { theirs: 'delete of a role binding', ours: 'ignored', why: 'the log does not say whom the binding named' },
    { theirs: 'stages other than ResponseComplete', ours: 'ignored', why: 'only the end of a request says what became of it' },
    { theirs: 'other lines of the control plane (AWS, Azure, Google)', ours: 'ignored', why: 'no events of the audit log' },
    { theirs: 'any other request', ours: 'ignored', why: 'readable, but no event type of the catalogue says it' },
  ],
  sample: {
    contentType: 'application/json',
    headers: {},
    body: JSON.stringify({
      kind: 'EventList',
      apiVersion: 'audit.k8s.io/v1',
      items: [
        {
          level: 'RequestResponse',
          auditID: '033d17af-082d-4b24-aa22-627752e83d71',
          stage: 'ResponseComplete',
          verb: 'create',
          user: { username: 'ines@acme.example' },
          objectRef: { resource: 'clusterrolebindings', name: 'ops', apiGroup: 'rbac.authorization.k8s.io' },
          responseStatus: { code: 201 },
          stageTimestamp: '2026-01-31T12:00:00.123456Z',
          requestObject: { roleRef: { kind: 'ClusterRole', name: 'cluster-admin' }, subjects: [{ kind: 'User', name: 'omar@acme.example' }] },
        },
      ],
    }),
  },
  parse,
};

function parse(request: ParseRequest): ParseResult {
  const map = (raw: JsonObject): ItemResult | readonly ItemResult[] => resultsOf(raw, request.feed.system);
  return readRecords(request, { limits: LIMITS, bigNumbers: 'text', lists: ['items', 'records', 'logEvents'], map });
}

function resultsOf(raw: JsonObject, system: string): readonly ItemResult[] {
  const inside = unwrapped(raw);
  if ('result' in inside) return [inside.result];
  const results = [k8sAuditEvent(inside.event, system)].flat();
  return results.map((result) => (result.kind === 'rejected' ? rejected(`${inside.pointer}${result.pointer}`, result.message) : result));
}
