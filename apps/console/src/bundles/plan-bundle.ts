import { EngagementRepository, firstCheckpointsOf, firstLeafSince, freezeRecord, leavesOfEvidence, readLedgerToSeal, readRoot } from '@tickmark/persistence';
import type { Database, StoredCheckpoint } from '@tickmark/persistence';
import { z } from 'zod';

/** Everything that a bundle of a revision is made from. */
export interface BundlePlan {
  readonly summary: string;
  readonly header: FrozenHeader;
  readonly period: { readonly from: string; readonly to: string };
  readonly cutOff: { readonly leafIndex: number; readonly clock: string };
  readonly frozenLeaf: number;
  readonly checkpoint: StoredCheckpoint;
  readonly leaves: { readonly from: number; readonly to: number };
  /** Leaves of evidence that the summary names: received before the first leaf of the bundle, and after the cut-off. */
  readonly earlier: readonly number[];
  readonly ahead: readonly number[];
}

export type Planned =
  | { readonly kind: 'planned'; readonly plan: BundlePlan }
  /** It will be there: sealing comes round. */
  | { readonly kind: 'waiting'; readonly what: string }
  | { readonly kind: 'impossible'; readonly why: string };

const header = z.looseObject({
  demo: z.literal(true).optional(),
  engagement: z.looseObject({ id: z.string(), name: z.string() }),
  revision: z.number(),
  entity: z.string(),
  asOf: z.string().optional(),
  period: z.looseObject({ from: z.string(), to: z.string() }).optional(),
  dataCutOff: z.looseObject({ leafIndex: z.string().nullable(), clock: z.string() }),
});
type FrozenHeader = z.output<typeof header>;

/** A date is one millisecond long. */
function periodOf({ period, asOf = '' }: Pick<FrozenHeader, 'period' | 'asOf'>): BundlePlan['period'] {
  if (period !== undefined) return { from: period.from, to: period.to };
  return { from: asOf, to: new Date(Date.parse(asOf) + 1).toISOString() };
}

const impossible = (why: string): Planned => ({ kind: 'impossible', why });
const waiting = (what: string): Planned => ({ kind: 'waiting', what });

/** Reads of which leaves the bundle of a revision is. All of it is settled once and for all, so that every run gives the same. */
export async function planBundle(database: Database, engagementId: string, revision: number): Promise<Planned> {
  const summary = await new EngagementRepository(database).summaryOf(engagementId, revision);
  if (summary === undefined) return impossible('there is no such revision');
  const read = readSummary(summary);
  if (read === undefined) return impossible('the frozen summary cannot be read');
  const { leafIndex } = read.header.dataCutOff;
  if (leafIndex === null) return impossible('nothing was judged when this revision was frozen, so there is no evidence to lay in');
  const freeze = await freezeRecord(database, engagementId, revision);
  if (freeze?.summarySha256 === undefined) return impossible('the ledger holds no hash of this summary; freeze a new revision');
  if (freeze.leafIndex === undefined) return waiting('the freeze of the revision is not in the ledger yet');
  const [frozenLeaf, cutOff] = [freeze.leafIndex, Number(leafIndex)];
  const checkpoint = await coveringCheckpoint(database, Math.max(frozenLeaf, cutOff) + 1);
  if (checkpoint === undefined) return waiting(`no checkpoint covers leaf ${Math.max(frozenLeaf, cutOff)} yet`);
  const period = periodOf(read.header);
  const from = Math.min(await firstLeafSince(database, Date.parse(period.from)), frozenLeaf);
  const named = await leavesOfEvidence(database, [...read.named]);
  return {
    kind: 'planned',
    plan: {
      ...{ summary, header: read.header, period, frozenLeaf, checkpoint },
      cutOff: { leafIndex: cutOff, clock: read.header.dataCutOff.clock },
      leaves: { from, to: checkpoint.size },
      earlier: named.filter((leaf) => leaf < from),
      ahead: named.filter((leaf) => leaf > cutOff && leaf >= from && leaf < checkpoint.size),
    },
  };
}

/** The first of all. One of an older epoch counts where it is of the ledger as it went on. */
async function coveringCheckpoint(database: Database, size: number): Promise<StoredCheckpoint | undefined> {
  const { epoch, nextIndex } = await readLedgerToSeal(database);
  for (const found of await firstCheckpointsOf(database, size)) {
    if (found.epoch === epoch) return found;
    if (found.size <= nextIndex && (await readRoot(database, found.size)).equals(found.root)) return found;
  }
  return undefined;
}

function readSummary(text: string): { readonly header: FrozenHeader; readonly named: ReadonlySet<string> } | undefined {
  try {
    const summary = JSON.parse(text) as { readonly header?: unknown };
    const parsed = header.safeParse(summary.header);
    return parsed.success ? { header: parsed.data, named: evidenceNamed(summary) } : undefined;
  } catch {
    return undefined;
  }
}

/** The same rule as the verifier's: what `evidenceIds` and `evidenceId` hold, wherever they stand. */
function evidenceNamed(value: unknown, found = new Set<string>()): ReadonlySet<string> {
  if (value === null || typeof value !== 'object') return found;
  for (const [name, inner] of Object.entries(value)) {
    const ids = idsIn(name, inner);
    if (ids === undefined) evidenceNamed(inner, found);
    else for (const id of ids) found.add(id);
  }
  return found;
}

function idsIn(name: string, value: unknown): readonly string[] | undefined {
  if (name === 'evidenceIds' && Array.isArray(value)) return value.filter((id) => typeof id === 'string');
  return name === 'evidenceId' && typeof value === 'string' ? [value] : undefined;
}

