import type { JsonObject } from '@tickmark/contracts';
import { z } from 'zod';
import { eventId } from '../reading/event-id.js';
import { parseRfc3339 } from '../reading/instant.js';
import { event, ignored, type ItemResult, rejected, rejectedBy } from '../reading/items.js';
import { isObject } from '../reading/records.js';
import { fieldsOf } from '../reading/schema.js';

const text = z.string().nullish();

const auditEvent = z.object({
  auditID: z.string().min(1),
  stage: text,
  verb: text,
  level: text,
  user: z.object({ username: text }).nullish(),
  objectRef: z.object({ resource: text, namespace: text, name: text, subresource: text }).nullish(),
  responseStatus: z.object({ code: z.number().nullish() }).nullish(),
  requestReceivedTimestamp: text,
  stageTimestamp: text,
  timestamp: text,
  requestObject: z.unknown().optional(),
  responseObject: z.unknown().optional(),
});

const binding = z.object({
  roleRef: z.object({ kind: text, name: z.string().min(1) }),
  subjects: z.array(z.object({ kind: z.string(), name: z.string().min(1), namespace: text })).nullish(),
});

type AuditEvent = z.infer<typeof auditEvent>;

const BINDINGS = ['rolebindings', 'clusterrolebindings'];
const WRITES = ['create', 'update', 'patch'];

/** One line of the audit log. Only the end of a request says what became of it. */
export function k8sAuditEvent(raw: JsonObject, system: string): ItemResult | readonly ItemResult[] {
  const fields = fieldsOf(auditEvent, raw);
  if (!fields.ok) return rejectedBy(fields.error);
  const audit = fields.value;
  const written = audit.stageTimestamp ?? audit.requestReceivedTimestamp ?? audit.timestamp;
  const timeMs = parseRfc3339(written ?? '');
  if (timeMs === undefined) return rejected('/stageTimestamp', 'is no instant');
  const reason = unusedBecause(audit);
  return reason === undefined ? bindingChanged(audit, timeMs, system) : ignored(reason);
}

function unusedBecause(audit: AuditEvent): string | undefined {
  const verb = (audit.verb ?? 'no verb').slice(0, 50);
  const resource = audit.objectRef?.resource ?? 'no resource';
  if (!BINDINGS.includes(resource)) return `${verb} ${resource.slice(0, 100)}: no event type of the catalogue says it`;
  if (verb.startsWith('delete')) return `${verb} ${resource}: the log does not say whom the binding named`;
  if (!WRITES.includes(verb)) return `${verb} ${resource}: a call that only reads`;
  return notDoneBecause(audit, `${verb} ${resource}`);
}

function notDoneBecause({ stage, responseStatus }: AuditEvent, what: string): string | undefined {
  if ((stage ?? 'ResponseComplete') !== 'ResponseComplete') return 'another stage of the same request';
  const code = responseStatus?.code ?? undefined;
  return code !== undefined && code >= 200 && code < 300 ? undefined : `${what} ended with ${code ?? 'no code'}: nothing was changed`;
}

/** Each subject of the binding has the role from now on. The stored object says it best, else the one that was sent. */
function bindingChanged(audit: AuditEvent, timeMs: number, system: string): ItemResult | readonly ItemResult[] {
  const object = [audit.responseObject, audit.requestObject].find((one) => isObject(one) && isObject(one.roleRef));
  const fields = fieldsOf(binding, object);
  if (!fields.ok) {
    return rejected('/requestObject', 'does not say who got which role; log rolebindings and clusterrolebindings at the level Request or RequestResponse');
  }
  const { roleRef } = fields.value;
  const subjects = fields.value.subjects ?? [];
  const namespace = audit.objectRef?.namespace;
  const role = [namespace, roleRef.kind ?? 'ClusterRole', roleRef.name].filter((part) => typeof part === 'string' && part !== '').join('/');
  if (subjects.length === 0) return ignored('a binding without subjects gives nobody access');
  return subjects.map((subject, at) => {
    const account = accountOf(subject);
    return event({
      id: eventId(audit.auditID, at === 0 ? 'ResponseComplete' : `ResponseComplete#${at}`),
      source: 'k8s-audit',
      type: 'identity.access-granted',
      subject: account,
      timeMs,
      data: { account, system, role: role.slice(0, 256), grantedBy: (audit.user?.username ?? 'unknown').slice(0, 256) },
    });
  });
}

function accountOf({ kind, name, namespace }: { kind: string; name: string; namespace?: string | null | undefined }): string {
  if (kind === 'User') return name.slice(0, 256);
  if (kind === 'ServiceAccount') return `system:serviceaccount:${namespace ?? 'default'}:${name}`.slice(0, 256);
  return `${kind}:${name}`.slice(0, 256);
}
