import { z } from 'zod';
import { parseRfc3339 } from '../reading/instant.js';
import { event, ignored, type ItemResult, rejected } from '../reading/items.js';
import { type Delivery, mapped, timeOf } from './delivery.js';
import { repository } from './payloads.js';

const text = z.string().nullish();
const number = z.int().positive();

const dependabot = repository.extend({
  action: z.string(),
  alert: z.object({
    number,
    state: z.string(),
    dependency: z.object({ package: z.object({ name: z.string().min(1) }), manifest_path: z.string() }),
    security_advisory: z.object({ ghsa_id: z.string().min(1), cve_id: text }),
    security_vulnerability: z.object({ severity: z.string() }),
    created_at: z.string(),
    updated_at: text,
  }),
});

const codeScanning = repository.extend({
  action: z.string(),
  alert: z.object({
    number,
    state: text,
    created_at: z.string(),
    updated_at: text,
    dismissed_at: text,
    fixed_at: text,
    rule: z.object({ id: z.string().min(1), severity: text, security_severity_level: text }),
  }),
});

const secretScanning = repository.extend({
  action: z.string(),
  alert: z.object({ number, state: text, resolution: text, resolved_at: text, created_at: text, updated_at: text }),
});

const STATUSES: ReadonlyMap<string, string> = new Map([
  ['open', 'open'],
  ['fixed', 'fixed'],
  ['dismissed', 'accepted'],
  ['auto_dismissed', 'accepted'],
]);
const SEVERITIES: ReadonlyMap<string, string> = new Map([
  ['critical', 'critical'],
  ['high', 'high'],
  ['medium', 'medium'],
  ['moderate', 'medium'],
  ['low', 'low'],
  ['error', 'high'],
  ['warning', 'medium'],
  ['note', 'low'],
  ['none', 'low'],
]);

const MAX_ASSET = 1_024;

interface Vulnerability {
  readonly repository: { readonly html_url: string };
  readonly finding: string;
  readonly asset: string;
  readonly severity: string | null | undefined;
  readonly state: string | null | undefined;
  readonly createdAt: string;
  /** When the state of the alert became what it is, as far as the body says. */
  readonly changedAt: string | null | undefined;
}

function vulnerability(found: Vulnerability, { id }: Delivery): ItemResult {
  const status = STATUSES.get(found.state ?? '');
  if (status === undefined) return rejected('/alert/state', 'is no state of an alert that is known here');
  const severity = SEVERITIES.get(found.severity?.toLowerCase() ?? '');
  if (severity === undefined) return rejected('/alert', 'has no severity that is known here');
  if (parseRfc3339(found.createdAt) === undefined) return rejected('/alert/created_at', 'is no instant');
  return event({
    id,
    source: found.repository.html_url,
    type: 'vuln.finding',
    subject: found.asset.slice(0, MAX_ASSET),
    ...timeOf(found.changedAt),
    data: { finding: found.finding, asset: found.asset.slice(0, MAX_ASSET), severity, status, firstSeenAt: found.createdAt },
  });
}

/** One advisory in one package of one manifest is one finding: fixing it elsewhere does not close it here. */
export const dependabotAlert = mapped(dependabot, ({ repository: { full_name, html_url }, alert }, delivery) =>
  vulnerability(
    {
      repository: { html_url },
      finding: alert.security_advisory.cve_id ?? alert.security_advisory.ghsa_id,
      asset: `${full_name}/${alert.dependency.manifest_path}/${alert.dependency.package.name}`,
      severity: alert.security_vulnerability.severity,
      state: alert.state,
      createdAt: alert.created_at,
      changedAt: alert.updated_at,
    },
    delivery,
  ),
);

/** The number of the alert stands in the asset: one rule can hit many places of one repository. */
export const codeScanningAlert = mapped(codeScanning, ({ action, repository: { full_name, html_url }, alert }, delivery) => {
  if (alert.state === null) return ignored('code_scanning_alert without a state: it lies outside of the default branch');
  return vulnerability(
    {
      repository: { html_url },
      finding: alert.rule.id,
      asset: `${full_name}/code-scanning/${alert.number}`,
      // Nobody has rated it yet: it must not wait longer than a high one.
      severity: alert.rule.security_severity_level ?? alert.rule.severity ?? 'high',
      state: alert.state,
      createdAt: alert.created_at,
      changedAt: alert.fixed_at ?? alert.dismissed_at ?? alert.updated_at ?? (action === 'created' ? alert.created_at : undefined),
    },
    delivery,
  );
});

const SECRET_ACTIONS: ReadonlyMap<string, string> = new Map([
  ['created', 'open'],
  ['reopened', 'open'],
  ['resolved', 'resolved'],
  ['revoked', 'resolved'],
]);

/** GitHub gives no severity. What a person decided has its time; the rest is known by receipt only. */
export const secretScanningAlert = mapped(secretScanning, ({ action, repository: { full_name, html_url }, alert }, delivery) => {
  const status = SECRET_ACTIONS.get(action);
  if (status === undefined) return ignored(`secret_scanning_alert ${action.slice(0, 100)}: its state did not change`);
  const alertId = `${full_name}/secret-scanning/${alert.number}`;
  const resolvedAt = alert.resolved_at ?? '';
  const decided = status === 'resolved' && parseRfc3339(resolvedAt) !== undefined ? { decidedAt: resolvedAt } : {};
  return event({
    id: delivery.id,
    source: html_url,
    type: 'detection.alert',
    subject: alertId,
    ...timeOf(action === 'created' ? alert.created_at : (alert.resolved_at ?? alert.updated_at)),
    data: { id: alertId, severity: 'high', status, ...decided },
  });
});
