import type { InputFault, JsonObject, Result } from '@tickmark/contracts';
import { z } from 'zod';
import { fieldsOf } from '../reading/schema.js';
import { completeFinding, type Finding, type FindingResult, firstText, firstTime, given } from './finding.js';

const text = z.string().nullish();
const clock = z.union([z.number(), z.string()]).nullish();

/** `json-ocsf` of Prowler 4 and 5: class 2004, though it is the result of a check. */
const ocsfFinding = z.object({
  metadata: z.object({ event_code: z.string().min(1) }),
  status_code: z.string().min(1),
  status: text,
  status_id: z.number().nullish(),
  muted: z.boolean().nullish(),
  severity: text,
  time: clock,
  time_dt: text,
  event_time: text,
  finding_info: z.object({ uid: text, title: text, created_time: clock, created_time_dt: text }),
  resources: z.array(z.object({ uid: text, name: text, region: text })).max(10_000).nullish(),
  cloud: z.object({ provider: text, region: text, account: z.object({ uid: text }).nullish() }).nullish(),
  unmapped: z.object({ provider: text, provider_uid: text, muted: z.boolean().nullish() }).nullish(),
});

const SUPPRESSED_ID = 3;

/** One finding for each resource; Prowler names one, so mostly one. */
export function ocsfFindings(record: JsonObject): Result<readonly Finding[], InputFault> {
  const fields = fieldsOf(ocsfFinding, record);
  if (!fields.ok) return fields;
  const resources: readonly Resource[] = fields.value.resources ?? [];
  const findings: Finding[] = [];
  for (const [at, resource] of (resources.length > 0 ? resources : [{}]).entries()) {
    const finding = oneFinding(fields.value, resource, { record, at });
    if (!finding.ok) return finding;
    findings.push(finding.value);
  }
  return { ok: true, value: findings };
}

type Body = z.infer<typeof ocsfFinding>;

interface Resource {
  readonly uid?: string | null | undefined;
  readonly name?: string | null | undefined;
  readonly region?: string | null | undefined;
}

function oneFinding(body: Body, resource: Resource, { record, at }: { record: JsonObject; at: number }): FindingResult {
  const info = body.finding_info;
  const account = firstText(body.cloud?.account?.uid, body.unmapped?.provider_uid);
  const draft = {
    ...given({ uid: info.uid, account }),
    ...given({ region: firstText(resource.region, body.cloud?.region), severity: body.severity, title: info.title }),
    provider: firstText(body.cloud?.provider, body.unmapped?.provider) ?? '',
    rule: body.metadata.event_code,
    status: body.status_code,
    muted: isMuted(body),
    record,
  };
  /*
   * `time` is the instant: seconds, though OCSF says milliseconds. `time_dt` is the wall clock of the machine that
   * scanned, without a zone, and counts only where no number stands (early Prowler 4).
   */
  const time = firstTime(body.time, info.created_time, body.time_dt, body.event_time, info.created_time_dt);
  const pointers = { resource: `/resources/${at}/uid`, time: '/time' };
  return completeFinding(draft, firstText(resource.uid, resource.name, account), time, pointers);
}

function isMuted(body: Body): boolean {
  const claimed = body.muted === true || body.unmapped?.muted === true;
  return claimed || body.status?.toLowerCase() === 'suppressed' || body.status_id === SUPPRESSED_ID;
}
