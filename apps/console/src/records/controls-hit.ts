import { readControlsOfFeeds } from '@tickmark/persistence';
import type { StoredGap } from '@tickmark/persistence';
import { checksNow } from '../judged/view.js';
import type { View } from '../judged/view.js';

/** Which controls a gap hits: its own, or those that need its feed by name or by the events that decided their keys. */
export async function controlsHit(view: View, gaps: readonly StoredGap[]): Promise<(gap: StoredGap) => readonly string[]> {
  const checks = checksNow(view);
  const feedIds = [...new Set(gaps.flatMap(({ feedId }) => feedId ?? []))];
  const byEvents = await readControlsOfFeeds(view.snapshot, checks.map(({ id }) => id), feedIds);
  return ({ feedId, control, cause }) => {
    if (control !== undefined) return [control];
    if (feedId === undefined) return cause === 'not-judged' ? [...new Set(checks.map((check) => check.control))].sort() : [];
    const named = checks.filter(({ namedFeeds }) => namedFeeds.includes(feedId)).map((check) => check.control);
    return [...new Set([...named, ...(byEvents.get(feedId) ?? [])])].sort();
  };
}
