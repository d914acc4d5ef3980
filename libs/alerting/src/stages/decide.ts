import { isDigestKey } from '../desk.js';
import type { Desk, Told } from '../desk.js';
import type { Fact } from '../fact.js';
import type { NoticeKind } from '../notice.js';
import { touchDigest } from './digest.js';
import type { Alert, DecidedAlert, Stage } from './stage.js';

/**
 * Deduplicates by meaning: what this destination was told, and what waits to be told to it, against what holds now.
 * A fact that already waits is brought up to date where it waits, or taken out when nothing is left to tell.
 */
export const decide: Stage<Alert, DecidedAlert> = (alert, desk) => {
  const { fact, target } = alert;
  const told = desk.toldTo(target, fact.subject);
  const waiting = desk.entryOf(target, fact.subject);
  if (opensWithItsClosing(fact)) {
    beginAnew(alert, told, desk);
    return [];
  }
  const kind = kindOf(fact, told, waiting?.kind);
  if (waiting === undefined) return kind === undefined ? [] : [{ ...alert, kind }];
  if (kind === undefined) desk.removeEntry(target, fact.subject);
  else desk.setEntry({ ...waiting, fact, kind });
  if (fact.about === 'deviation' && fact.backfill && isDigestKey(waiting.groupKey)) touchDigest(waiting.groupKey, desk);
  return [];
};

/** Over when it became known: its closing, of the same transaction, tells both. */
const opensWithItsClosing = (fact: Fact): boolean =>
  fact.transition === 'opened' && (fact.about === 'gap' ? fact.gap.to !== undefined : fact.combined);

/** The closing of the same moment has to be told even though an earlier closing was. */
function beginAnew({ fact, target }: Alert, told: Told, desk: Desk): void {
  if (told.status === 'closed') desk.setTold(target, fact.subject, { ...told, anew: true });
}

function kindOf(fact: Fact, told: Told, waiting: NoticeKind | undefined): NoticeKind | undefined {
  if (fact.about === 'gap') return gapKind(fact.transition === 'opened', told);
  switch (fact.transition) {
    case 'opened':
      return told.status === 'open' ? undefined : 'opened';
    case 'closed':
      return closingKind(told, waiting);
    case 'withdrawn':
      return told.status === 'open' || told.status === 'closed' ? 'withdrawn' : undefined;
  }
}

function closingKind(told: Told, waiting: NoticeKind | undefined): NoticeKind | undefined {
  if (waiting === 'opened' || waiting === 'combined') return 'combined';
  if (told.status === 'open') return 'closed';
  return told.status === 'closed' && told.anew === undefined ? undefined : 'combined';
}

function gapKind(opened: boolean, told: Told): NoticeKind | undefined {
  if (opened) return told.status === 'open' ? undefined : 'gap-opened';
  return told.status === 'closed' && told.anew === undefined ? undefined : 'gap-closed';
}
