import { z } from 'zod';
import { shortened } from '../reading/event-id.js';
import { ignored, type ItemResult, MAX_ATTRIBUTE_BYTES } from '../reading/items.js';
import { fieldsOf } from '../reading/schema.js';
import { text, type Told, under, vulnerability } from '../scanners/reports.js';

const issueBody = z.object({
  id: z.string().min(1).max(256),
  type: text,
  severity: text,
  packageName: text,
  moduleName: text,
  name: text,
  version: text,
  isIgnored: z.boolean().nullish(),
  isPatched: z.boolean().nullish(),
});
type Issue = z.infer<typeof issueBody>;

export const aboutLicence = (id: string): ItemResult => ignored(`${id.slice(0, 100)} is about a licence: no event type of the catalogue says it`);

/** The issues of one project. Snyk lists each once for every path that leads to the package: the first one is told. */
export class Issues {
  private readonly told = new Set<string>();

  constructor(private readonly artifact: string) {}

  /** What is told as open first stays open, though an ignore covers another path to it. */
  listed(rows: readonly unknown[], pointer: string, status: 'open' | 'accepted'): (Told | ItemResult)[] {
    const read = rows.map((row, at) => ({ at, fields: fieldsOf(issueBody, row) }));
    const faults = read.flatMap(({ at, fields }) => (fields.ok ? [] : [under(`${pointer}/${at}`, fields.error)]));
    const issues = read.flatMap(({ fields }) => (fields.ok ? [fields.value] : []));
    const isOpen = (issue: Issue): boolean => status === 'open' && issue.isIgnored !== true && issue.isPatched !== true;
    const first = [...issues.filter(isOpen), ...issues.filter((issue) => !isOpen(issue))];
    return [...first.flatMap((issue) => this.issueOf(issue, isOpen(issue) ? 'open' : 'accepted')), ...faults];
  }

  private issueOf(issue: Issue, status: 'open' | 'accepted'): (Told | ItemResult)[] {
    const key = [issue.id, issue.name ?? '', issue.version ?? ''];
    const whole = key.join('\n');
    if (this.told.has(whole)) return [];
    this.told.add(whole);
    if (issue.type === 'license') return [aboutLicence(issue.id)];
    const named = [issue.packageName, issue.moduleName, issue.name].find((name) => typeof name === 'string' && name !== '');
    const asset = shortened(`${this.artifact}/${named ?? 'unnamed'}`, MAX_ATTRIBUTE_BYTES.subject);
    return [{ key: [issue.id, asset, issue.version ?? ''], ...vulnerability({ finding: issue.id, asset, severity: issue.severity, status }) }];
  }
}
