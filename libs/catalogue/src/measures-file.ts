import { z } from 'zod';
import type { Category, CatalogueFault, CatalogueFile, Criterion, Objective } from './model.js';
import { readYaml, reporter, type Report, type YamlSource } from './yaml-source.js';
import { reportIssues } from './zod-faults.js';

/** What controls are measured against: criteria (SOC 2) and control objectives (SOC 1). */

const text = z.string().min(1).max(300);
const evidence = z.array(text).max(10);

const criteriaFile = z.strictObject({
  edition: text,
  categories: z.array(z.strictObject({ id: text, name: text, series: z.array(text).min(1).max(20) })).max(10),
  criteria: z
    .array(
      z.strictObject({
        id: text,
        category: text,
        series: text,
        title: text,
        cosoPrinciple: z.int().min(1).max(17).optional(),
        machineEvidence: z.enum(['strong', 'partial', 'weak']),
        evidence,
      }),
    )
    .max(500),
});

const objectivesFile = z.strictObject({
  objectives: z
    .array(
      z.strictObject({
        id: text,
        family: text,
        title: text,
        assertions: z.array(text).max(10),
        tsc: z.array(text).max(50),
        mapping: z.enum(['shared', 'partial', 'soc1-only']),
        evidence,
      }),
    )
    .max(500),
});

export interface Measures {
  readonly categories: Category[];
  readonly criteria: Map<string, Criterion>;
  readonly objectives: Map<string, Objective>;
}

export function loadCriteria(file: CatalogueFile, into: Measures, faults: CatalogueFault[]): void {
  const read = readAs(criteriaFile, file, faults);
  if (read === undefined) return;
  const { data, source, report } = read;
  into.categories.push(...data.categories);
  const categories = new Set(data.categories.map(({ id }) => id));
  data.criteria.forEach(({ cosoPrinciple, ...criterion }, index) => {
    const line = source.lineOf(['criteria', index, 'id']);
    if (into.criteria.has(criterion.id)) report(line, `the criterion ${criterion.id} stands here twice`, 'keep one of the two');
    if (!categories.has(criterion.category)) report(line, `there is no category "${criterion.category}"`);
    into.criteria.set(criterion.id, cosoPrinciple === undefined ? criterion : { ...criterion, cosoPrinciple });
  });
}

export function loadObjectives(file: CatalogueFile, into: Measures, faults: CatalogueFault[]): void {
  const read = readAs(objectivesFile, file, faults);
  if (read === undefined) return;
  const { data, source, report } = read;
  data.objectives.forEach((objective, index) => {
    const line = source.lineOf(['objectives', index, 'id']);
    if (into.objectives.has(objective.id)) report(line, `the objective ${objective.id} stands here twice`, 'keep one of the two');
    for (const id of objective.tsc.filter((tsc) => !into.criteria.has(tsc))) report(line, `there is no criterion "${id}"`);
    into.objectives.set(objective.id, objective);
  });
}

interface Read<T> {
  readonly data: T;
  readonly source: YamlSource;
  readonly report: Report;
}

function readAs<T>(schema: z.ZodType<T>, file: CatalogueFile, faults: CatalogueFault[]): Read<T> | undefined {
  const report = reporter(faults, file.path);
  const source = readYaml(file, report);
  if (source === undefined) return undefined;
  const parsed = schema.safeParse(source.value, { reportInput: true });
  if (parsed.success) return { data: parsed.data, source, report };
  reportIssues(parsed.error, schema, { source, at: [], report });
  return undefined;
}
