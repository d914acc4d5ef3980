import type { JsonObject } from '@tickmark/contracts';
import { z } from 'zod';
import { contentId, shortened } from '../reading/event-id.js';
import { ignored, type ItemResult, rejectedBy } from '../reading/items.js';
import { fieldsOf } from '../reading/schema.js';
import { ReportEvents, scanned, text, under } from '../scanners/reports.js';
import { artifactResults, METADATA } from './report.js';

/** All of it, its summary, and what versions before 0.44 wrote in its stead. */
const LISTS = ['Resources', 'Findings', 'Vulnerabilities', 'Misconfigurations'] as const;

const clusterBody = z.object({ ClusterName: text, ...Object.fromEntries(LISTS.map((name) => [name, z.array(z.unknown()).nullish()])) });
const resourceBody = z.object({ Namespace: text, Kind: z.string().min(1), Name: z.string().min(1), Metadata: z.unknown().optional(), Results: z.array(z.unknown()).nullish(), Error: text });
type Resource = z.infer<typeof resourceBody>;

export const isClusterReport = (record: JsonObject): boolean => Object.hasOwn(record, 'ClusterName') && LISTS.some((name) => Array.isArray(record[name]));

/** What `trivy k8s --format json` writes about a cluster. It says no time. */
export function clusterResults(record: JsonObject, { system, timeMs }: { readonly system: string; readonly timeMs: number | undefined }): readonly ItemResult[] {
  const fields = fieldsOf(clusterBody, record);
  if (!fields.ok) return [rejectedBy(fields.error)];
  const cluster = isGiven(fields.value.ClusterName) ? fields.value.ClusterName : system;
  const events = new ReportEvents({ source: 'trivy/kubernetes', id: [shortened(cluster, 200), contentId(record), ...(timeMs === undefined ? [] : [String(timeMs)])], timeMs });
  const all: ItemResult[] = [];
  for (const name of LISTS) {
    const listed = record[name];
    for (const [at, resource] of (Array.isArray(listed) ? (listed as readonly unknown[]) : []).entries()) {
      for (const result of resourceResults(resource, { events, cluster, pointer: `/${name}/${at}` })) all.push(result);
    }
  }
  return all.length > 0 ? all : [ignored('a cluster without resources: nothing was looked at')];
}

interface Place {
  readonly events: ReportEvents;
  readonly cluster: string;
  readonly pointer: string;
}

function resourceResults(raw: unknown, { events, cluster, pointer }: Place): readonly ItemResult[] {
  const fields = fieldsOf(resourceBody, raw);
  if (!fields.ok) return [under(pointer, fields.error)];
  const resource = fields.value;
  const artifact = artifactOf(resource, cluster);
  if (isGiven(resource.Error)) return [failure(artifact, events)];
  const metadata = METADATA.safeParse(resource.Metadata);
  return artifactResults({ Metadata: metadata.success ? metadata.data : undefined, Results: resource.Results }, { artifact, events }, pointer);
}

const artifactOf = ({ Namespace, Kind, Name }: Resource, cluster: string): string => shortened([cluster, Namespace, Kind, Name].filter(isGiven).join('/'), 512);

/** The image could not be had: nothing is known of it. */
function failure(artifact: string, events: ReportEvents): ItemResult {
  const told = scanned('trivy', artifact, false);
  return events.eventOf({ ...told, key: [...told.key, artifact], data: { ...told.data, outcome: 'failure' } });
}

const isGiven = (part: string | null | undefined): part is string => typeof part === 'string' && part !== '';
