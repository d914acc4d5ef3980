import type { Catalogue, Criterion, Objective } from '@tickmark/catalogue';
import type { InputFault } from '@tickmark/contracts';
import { z } from 'zod';

export const REPORT_KINDS = ['soc1', 'soc2'] as const;
export const CATEGORIES = ['security', 'availability', 'processing-integrity', 'confidentiality', 'privacy'] as const;

const instant = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,3})?Z)?$/, {
    error: 'must be an instant in UTC such as 2026-01-01T00:00:00.000Z, or a date (its midnight in UTC)',
  })
  .refine((text) => !Number.isNaN(Date.parse(text)), { error: 'is no date of the calendar' })
  .transform((text) => new Date(Date.parse(text)).toISOString());
const names = (most: number) => z.array(z.string().min(1).max(200)).max(most);

/** What is asked for: which report, over which time, measured against what, of which systems. */
export const engagementRequest = z
  .strictObject({
    name: z.string().min(1).max(200),
    entity: z.string().min(1).max(200).optional(),
    reports: z.array(z.enum(REPORT_KINDS)).min(1).max(2),
    type: z.enum(['I', 'II']),
    asOf: instant.optional(),
    from: instant.optional(),
    to: instant.optional(),
    /** The common criteria (security) come with every SOC 2. */
    categories: z.array(z.enum(CATEGORIES)).max(5).optional(),
    /** SOC 1 control objectives by id; none named: all of the catalogue. */
    objectives: names(500).optional(),
    /** None named, or `*` among them: all. */
    systems: names(200).optional(),
    /** Coverage below it is insufficient evidence. */
    coverageThreshold: z.number().gt(0).max(1).optional(),
  })
  .meta({ id: 'EngagementRequest' });
export type EngagementRequest = z.output<typeof engagementRequest>;

export const DEFAULT_COVERAGE_THRESHOLD = 0.95;

/** An engagement made complete. Type I has `asOf`, Type II `from` and `to`. */
export interface EngagementDefinition {
  readonly name: string;
  readonly entity?: string;
  readonly reports: readonly (typeof REPORT_KINDS)[number][];
  readonly time: EngagementTime;
  readonly categories: readonly (typeof CATEGORIES)[number][];
  readonly objectives: readonly string[];
  readonly systems: readonly string[];
  readonly coverageThreshold: number;
}

export type EngagementTime =
  | { readonly type: 'I'; readonly asOf: string }
  | { readonly type: 'II'; readonly from: string; readonly to: string };

type Checked =
  | { readonly ok: true; readonly value: EngagementDefinition }
  | { readonly ok: false; readonly faults: readonly InputFault[] };

/** Fills in what follows from the rest, and says what does not fit together. */
export function completeEngagement(request: EngagementRequest, catalogue: Catalogue): Checked {
  const time = timeOf(request);
  const faults = [...('faults' in time ? time.faults : []), ...unknownObjectives(request, catalogue)];
  if ('faults' in time || faults.length > 0) return { ok: false, faults };
  return {
    ok: true,
    value: {
      name: request.name,
      ...(request.entity === undefined ? {} : { entity: request.entity }),
      reports: REPORT_KINDS.filter((kind) => request.reports.includes(kind)),
      time,
      categories: chosenCategories(request),
      objectives: chosenObjectives(request, catalogue),
      systems: chosenSystems(request),
      coverageThreshold: request.coverageThreshold ?? DEFAULT_COVERAGE_THRESHOLD,
    },
  };
}

/** A `*` that named no system would hide every deviation: it means what it means everywhere else. */
const chosenSystems = ({ systems = [] }: EngagementRequest): readonly string[] => (systems.includes('*') ? [] : [...new Set(systems)]);

const chosenCategories = ({ reports, categories = [] }: EngagementRequest) =>
  reports.includes('soc2') ? CATEGORIES.filter((each) => each === 'security' || categories.includes(each)) : [];

function chosenObjectives({ reports, objectives = [] }: EngagementRequest, catalogue: Catalogue): readonly string[] {
  if (!reports.includes('soc1')) return [];
  return objectives.length > 0 ? [...new Set(objectives)] : [...catalogue.objectives.keys()];
}

function timeOf({ type, asOf, from, to }: EngagementRequest): EngagementTime | { readonly faults: readonly InputFault[] } {
  if (type === 'I') {
    if (from !== undefined || to !== undefined) return wrong('/from', 'Type I is of one date: give asOf, not from and to.');
    return asOf === undefined ? wrong('/asOf', 'Type I needs asOf, the date that it is of.') : { type, asOf };
  }
  if (asOf !== undefined) return wrong('/asOf', 'Type II is of a period: give from and to, not asOf.');
  if (from === undefined) return wrong('/from', 'Type II needs from, the first instant of the period.');
  if (to === undefined) return wrong('/to', 'Type II needs to, the instant after the period.');
  return from < to ? { type, from, to } : wrong('/to', 'must be after from: the period is half-open, [from, to).');
}

const wrong = (pointer: string, message: string) => ({ faults: [{ pointer, message }] });

function unknownObjectives({ objectives = [], reports }: EngagementRequest, catalogue: Catalogue): readonly InputFault[] {
  if (objectives.length > 0 && !reports.includes('soc1')) {
    return [{ pointer: '/objectives', message: 'Objectives belong to SOC 1: add soc1 to reports or leave them out.' }];
  }
  return objectives.flatMap((id, index) =>
    catalogue.objectives.has(id)
      ? []
      : [{ pointer: `/objectives/${index}`, message: `The catalogue has no objective ${id}; GET /v1/objectives lists them.` }],
  );
}

/** Criteria measured against: the common criteria in every SOC 2, and those of the categories chosen. */
export const criteriaInScope = (engagement: EngagementDefinition, catalogue: Catalogue): readonly Criterion[] =>
  [...catalogue.criteria.values()].filter(({ category }) => engagement.categories.some((chosen) => chosen === category));

export const objectivesInScope = (engagement: EngagementDefinition, catalogue: Catalogue): readonly Objective[] =>
  engagement.objectives.flatMap((id) => catalogue.objectives.get(id) ?? []);
