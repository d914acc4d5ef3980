import type { Json, JsonObject } from '@tickmark/contracts';
import { ignored, type ItemResult, rejected } from '../reading/items.js';
import { readJsonText } from '../reading/json.js';
import { isObject } from '../reading/records.js';

type Unwrapped = { readonly event: JsonObject; readonly pointer: string } | { readonly result: ItemResult };

const own = (event: JsonObject, pointer = ''): Unwrapped => ({ event, pointer });
const told = (result: ItemResult): Unwrapped => ({ result });

/** The event that clouds put into records of their own; `pointer` leads to it. Other lines of the control plane are left out. */
export function unwrapped(record: JsonObject): Unwrapped {
  if (record.auditID !== undefined) return own(record);
  if (isObject(record.protoPayload) && record.insertId !== undefined) return ofGoogle(record, record.protoPayload);
  // Azure: diagnostic settings.
  if (isObject(record.properties) && typeof record.properties.log === 'string') return ofText(record.properties.log, '/properties/log');
  // AWS: CloudWatch Logs, by subscription and as its query answers.
  if (typeof record.timestamp === 'number' && typeof record.message === 'string') return ofText(record.message, '/message');
  if (typeof record['@message'] === 'string') return ofText(record['@message'], '/@message');
  return own(record);
}

function ofText(text: string, pointer: string): Unwrapped {
  if (!text.trimStart().startsWith('{')) return told(ignored('a line of the control plane, not of the audit log'));
  const reading = readJsonText(text, { bigNumbers: 'text' });
  if (!reading.ok) return told(rejected(pointer, reading.fault.message));
  const [fault] = reading.faults;
  if (fault !== undefined) return told(rejected(`${pointer}${fault.pointer}`, fault.message));
  return isObject(reading.value) && isAudit(reading.value) ? own(reading.value, pointer) : told(ignored('a line of the control plane, not of the audit log'));
}

const isAudit = ({ auditID, apiVersion }: JsonObject): boolean => auditID !== undefined || (typeof apiVersion === 'string' && apiVersion.startsWith('audit.k8s.io/'));

const GOOGLE_CALL = /^io\.k8s\.[a-z0-9.]{1,100}\.v\d[a-z0-9]{0,10}\.([a-z]{1,60})(?:\.[a-z]{1,60})?\.([a-z]{1,30})$/;
const OK = 200;
const REFUSED = 403;

/** Google writes the call in words of its own: `io.k8s.authorization.rbac.v1.rolebindings.create`. */
function ofGoogle(record: JsonObject, payload: JsonObject): Unwrapped {
  const [, resource, verb] = GOOGLE_CALL.exec(textOf(payload.methodName)) ?? [];
  if (resource === undefined || verb === undefined) return told(ignored(`${textOf(payload.methodName).slice(0, 100)}: no call of the Kubernetes API`));
  return own({
    auditID: record.insertId as Json,
    verb,
    user: { username: callerOf(payload) },
    objectRef: { resource, namespace: namespaceOf(payload) },
    responseStatus: { code: codeOf(payload.status) },
    stageTimestamp: record.timestamp ?? null,
    requestObject: payload.request ?? null,
    responseObject: payload.response ?? null,
  });
}

const callerOf = ({ authenticationInfo }: JsonObject): Json => (isObject(authenticationInfo) ? (authenticationInfo.principalEmail ?? null) : null);
const namespaceOf = ({ resourceName }: JsonObject): string | null => /\/namespaces\/([^/]{1,253})\//.exec(textOf(resourceName).slice(0, 1_024))?.[1] ?? null;

/** No status, or an empty one, is success; any number else is a failure in Google's own count. */
const codeOf = (status: Json | undefined): number => (isObject(status) && status.code !== undefined && status.code !== 0 ? REFUSED : OK);

const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
