import { canonical } from '@tickmark/catalogue';
import type { JudgedEvent, Point, Replay } from '@tickmark/evaluation';
import { boundedKey, readEvidenceWithProof } from '@tickmark/persistence';
import type { EvidenceWithProof, Queryable } from '@tickmark/persistence';
import { isNormalUnchanged } from '../records/show-evidence.js';

/** Something about the evidence that makes the verdict unproven. */
export interface EvidenceFault {
  readonly evidenceId: string;
  readonly message: string;
}

export interface ShownEvidence {
  readonly event: JudgedEvent;
  readonly roles: readonly string[];
  readonly unchanged: boolean;
}

export interface Gathered {
  /** Taken anew from the evidence, never from what judging kept of it. */
  readonly points: readonly Point[];
  readonly shown: readonly ShownEvidence[];
  readonly faults: readonly EvidenceFault[];
}

interface Wanted {
  readonly snapshot: Queryable;
  readonly replay: Replay;
  readonly group: string;
  /** What judging kept of the group's evidence. */
  readonly stored: readonly Point[];
  /** Evidence to show, and to look for where nothing was kept of it. */
  readonly about: ReadonlySet<string>;
  /** Whether the version judges what takes effect then. */
  readonly wants: (point: Point) => boolean;
}

const AT_ONCE = 200;

/** Reads the evidence of a group page by page, holds each against its leaf, and takes from it what the check takes. */
export async function gatherEvidence(wanted: Wanted): Promise<Gathered> {
  const { stored, about, snapshot } = wanted;
  const kept = Map.groupBy(stored, ({ evidenceId }) => evidenceId);
  const ids = [...new Set([...kept.keys(), ...about])];
  const points: Point[] = [];
  const shown: ShownEvidence[] = [];
  const faults: EvidenceFault[] = [];
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const page = ids.slice(at, at + AT_ONCE);
    const found = new Map((await readEvidenceWithProof(snapshot, page)).map((one) => [one.id, one]));
    for (const evidenceId of page) {
      const one = found.get(evidenceId);
      if (one === undefined) {
        faults.push({ evidenceId, message: 'is not on file' });
        continue;
      }
      const taken = take(one, kept.get(evidenceId) ?? [], wanted);
      points.push(...taken.points);
      faults.push(...taken.messages.map((message) => ({ evidenceId, message })));
      if (about.has(evidenceId) && taken.shown !== undefined) shown.push(taken.shown);
    }
  }
  return { points, shown, faults };
}

interface Taken {
  readonly points: readonly Point[];
  readonly messages: readonly string[];
  readonly shown?: ShownEvidence;
}

function take(found: EvidenceWithProof, kept: readonly Point[], { replay, group, wants }: Wanted): Taken {
  const unchanged = isNormalUnchanged(found);
  const changed = unchanged ? [] : ['is not what was received: its bytes do not have the hash in the ledger'];
  let evidence;
  try {
    evidence = found.read();
  } catch {
    return { points: [], messages: [...changed, 'cannot be read'] };
  }
  const { event, judged } = evidence;
  const asRead = columnsDiffer(found, event) ? ['its columns say other than its bytes'] : [];
  const extractions = judged ? replay.extract(event) : [];
  const points = extractions.flatMap((one): readonly Point[] =>
    one.kind === 'point' && boundedKey(one.group) === group && wants(one.point) ? [one.point] : [],
  );
  const messages = [...changed, ...asRead, ...keptDiffers(points, kept)];
  return { points, messages, shown: { event, roles: points.map(({ role }) => role), unchanged: unchanged && asRead.length === 0 } };
}

/** What is hashed is the normal form; the columns beside it are only as good as they agree with it. */
function columnsDiffer({ normal }: EvidenceWithProof, { eventId, source, type, subject, timeMs }: JudgedEvent): boolean {
  const event = JSON.parse(normal) as { readonly [attribute: string]: unknown };
  const timeDiffers = typeof event['time'] === 'string' && Date.parse(event['time']) !== timeMs;
  return timeDiffers || event['id'] !== eventId || event['source'] !== source || event['type'] !== type || event['subject'] !== subject;
}

/** Points are made from evidence alone: what was kept must be what the check takes from it today. */
function keptDiffers(points: readonly Point[], kept: readonly Point[]): readonly string[] {
  const inWords = (point: Point): string => canonical([point.role, point.atMs, point.order, point.facts]);
  const [before, now] = [new Set(kept.map(inWords)), new Set(points.map(inWords))];
  const same = before.size === now.size && [...before].every((one) => now.has(one));
  return same ? [] : ['judging kept something else of it than it says'];
}
