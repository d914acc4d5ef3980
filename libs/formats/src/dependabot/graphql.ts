import type { Json, JsonObject } from '@tickmark/contracts';
import { z } from 'zod';
import { type ItemResult, rejected } from '../reading/items.js';
import { isObject } from '../reading/records.js';
import { fieldsOf } from '../reading/schema.js';
import { vulnerability } from './vulnerability.js';

const clock = z.string().nullish();

const alertNode = z.object({
  id: z.string().min(1),
  state: z.string(),
  createdAt: z.string(),
  fixedAt: clock,
  dismissedAt: clock,
  autoDismissedAt: clock,
  vulnerableManifestPath: z.string(),
  securityVulnerability: z.object({
    severity: z.string(),
    package: z.object({ name: z.string().min(1) }),
    advisory: z.object({ identifiers: z.array(z.object({ type: z.string(), value: z.string().min(1) })).min(1) }),
  }),
});

interface Place {
  readonly node: Json | undefined;
  readonly pointer: string;
}

/** The alerts of an answer to `repository { vulnerabilityAlerts }` or `search`; undefined when the record is no such answer. */
export function graphqlAlerts(record: JsonObject): readonly ItemResult[] | undefined {
  if (!isObject(record.data)) return undefined;
  if (record.errors !== undefined) return [rejected('/errors', 'the query failed, so the answer is not whole; send it again')];
  return repositoriesOf(record.data).flatMap(({ node, pointer }) => alertsOf(node, pointer));
}

function repositoriesOf(data: JsonObject): readonly Place[] {
  const single: Place[] = [
    { node: data.repository, pointer: '/data/repository' },
    { node: data.node, pointer: '/data/node' },
  ].filter(({ node }) => isObject(node));
  return [...single, ...nodesOf(data.search, '/data/search'), ...nodesOf(data.repositories, '/data/repositories')];
}

function nodesOf(list: Json | undefined, pointer: string): readonly Place[] {
  if (!isObject(list) || !Array.isArray(list.nodes)) return [];
  return (list.nodes as readonly Json[]).map((node, at) => ({ node, pointer: `${pointer}/nodes/${at}` }));
}

function alertsOf(repository: Json | undefined, pointer: string): readonly ItemResult[] {
  if (!isObject(repository)) return [rejected(pointer, 'expected a repository')];
  const { nameWithOwner, url } = repository;
  return nodesOf(repository.vulnerabilityAlerts, `${pointer}/vulnerabilityAlerts`).map(({ node, pointer: at }) => {
    const alert = fieldsOf(alertNode, node);
    if (!alert.ok) return rejected(`${at}${alert.error.pointer}`, `${alert.error.message}; ask for it in the query`);
    if (typeof nameWithOwner !== 'string') return rejected(`${pointer}/nameWithOwner`, 'is missing; ask for it in the query');
    return oneAlert(alert.value, { repository: nameWithOwner, source: typeof url === 'string' ? url : nameWithOwner, pointer: at });
  });
}

function oneAlert(alert: z.infer<typeof alertNode>, place: { repository: string; source: string; pointer: string }): ItemResult {
  const { identifiers } = alert.securityVulnerability.advisory;
  const finding = identifiers.find(({ type }) => type === 'CVE') ?? identifiers[0];
  const changedAt = changeOf(alert);
  return vulnerability(
    {
      id: `${alert.id}@${alert.state}@${changedAt}`,
      source: place.source,
      finding: finding?.value ?? '',
      asset: `${place.repository}/${alert.vulnerableManifestPath}/${alert.securityVulnerability.package.name}`,
      severity: alert.securityVulnerability.severity,
      state: alert.state,
      createdAt: alert.createdAt,
      changedAt,
    },
    place.pointer,
  );
}

/** GraphQL has no time of the last change: each state has its own. */
function changeOf(alert: z.infer<typeof alertNode>): string {
  const times = new Map([
    ['FIXED', alert.fixedAt],
    ['DISMISSED', alert.dismissedAt],
    ['AUTO_DISMISSED', alert.autoDismissedAt],
  ]);
  return times.get(alert.state.toUpperCase()) ?? alert.createdAt;
}
