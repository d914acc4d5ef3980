import type { JsonObject } from '@tickmark/contracts';
import { z } from 'zod';
import { type ItemResult, rejected, rejectedBy } from '../reading/items.js';
import { fieldsOf } from '../reading/schema.js';
import { vulnerability } from './vulnerability.js';

const restBody = z.object({
  number: z.int().positive(),
  state: z.string(),
  dependency: z.object({ package: z.object({ name: z.string().min(1) }), manifest_path: z.string() }),
  security_advisory: z.object({ ghsa_id: z.string().min(1), cve_id: z.string().nullish() }),
  security_vulnerability: z.object({ severity: z.string() }),
  html_url: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
});

/** One alert of `GET /repos/{owner}/{repository}/dependabot/alerts` and its like. */
export function restAlert(record: JsonObject): ItemResult {
  const fields = fieldsOf(restBody, record);
  if (!fields.ok) return rejectedBy(fields.error);
  const alert = fields.value;
  const [, source, repository] = /^(https:\/\/[^/]+\/([^/]+\/[^/]+))\/security\/dependabot\/\d+$/.exec(alert.html_url) ?? [];
  if (source === undefined || repository === undefined) return rejected('/html_url', 'is no address of a Dependabot alert');
  return vulnerability(
    {
      id: `${repository}/dependabot/${alert.number}@${alert.updated_at}`,
      source,
      finding: alert.security_advisory.cve_id ?? alert.security_advisory.ghsa_id,
      asset: `${repository}/${alert.dependency.manifest_path}/${alert.dependency.package.name}`,
      severity: alert.security_vulnerability.severity,
      state: alert.state,
      createdAt: alert.created_at,
      changedAt: alert.updated_at,
    },
    '',
  );
}
