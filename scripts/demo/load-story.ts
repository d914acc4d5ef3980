import { basename } from 'node:path';
import type { CatalogueFile } from '@tickmark/catalogue';
import { DEMO_LOCK, Database, HeldLock, beginDemoLedger, dropBrokenDemo, migrate } from '@tickmark/persistence';
import type { DemoLedger } from '@tickmark/persistence';
import { createLogger, readCatalogue } from '@tickmark/platform';
import { loadEventTypes } from '../../apps/ingestion/dist/event-types.js';
import { larkspur } from './larkspur/larkspur.ts';
import type { Story } from './story.ts';
import { TellStory } from './tell-story.ts';

interface LoadOptions {
  readonly databaseUrl: string;
  readonly consoleUrl: string;
  readonly now: () => number;
  readonly progress: (part: number) => void;
}

export interface Loaded {
  /** Busy: another process loads it now. */
  readonly outcome: 'loaded' | 'has-data' | 'busy';
  readonly events: number;
  readonly from: string;
  readonly to: string;
}

/** The shipped catalogue with the controls of the story alone, so that others that are added later change nothing in it. */
function controlsOf({ controls }: Story, shipped: readonly CatalogueFile[]): readonly CatalogueFile[] {
  const idOf = ({ path }: CatalogueFile): string => basename(path, '.yaml');
  const missing = controls.filter((id) => !shipped.some((file) => file.role === 'control' && idOf(file) === id));
  if (missing.length > 0) throw new Error(`the catalogue has no ${missing.join(', ')}, which the demo story is about`);
  return shipped.filter((file) => file.role !== 'control' || controls.includes(idOf(file)));
}

/** What an earlier load left that was broken off is thrown away first. */
async function begin(database: Database, { databaseUrl, ...time }: { readonly databaseUrl: string; readonly beginMs: number; readonly endMs: number }): Promise<DemoLedger> {
  const begun = await beginDemoLedger(database, time);
  if (begun !== 'broken-off') return begun;
  await dropBrokenDemo(database);
  await migrate(databaseUrl);
  return beginDemoLedger(database, time);
}

/** Loads the demo story into a database that is empty; any other stays as it is. */
export async function loadStory({ databaseUrl, consoleUrl, now, progress }: LoadOptions): Promise<Loaded> {
  await migrate(databaseUrl);
  const nowMs = now();
  const story = larkspur(nowMs);
  const [from, to] = [new Date(story.fromMs).toISOString(), new Date(story.toMs).toISOString()];
  const events = story.deliveries.reduce((sum, delivery) => sum + delivery.events.length, 0);
  // A story can be loaded again: only its last commit waits for the disk, and with it all.
  const database = new Database({ url: databaseUrl, app: 'demo', maxConnections: 4, lazyCommits: true });
  let lock: HeldLock | undefined;
  try {
    lock = await HeldLock.take(database, DEMO_LOCK);
    if (lock === undefined) return { outcome: 'busy', events: 0, from, to };
    const begun = await begin(database, { databaseUrl, beginMs: story.beginMs, endMs: nowMs });
    if (begun !== 'begun') return { outcome: 'has-data', events: 0, from, to };
    const files = controlsOf(story, await readCatalogue());
    const validate = await loadEventTypes('');
    const logger = createLogger('demo', 'warn');
    await new TellStory(story, { database, databaseUrl, files, validate, logger, consoleUrl, progress }).run(now);
    return { outcome: 'loaded', events, from, to };
  } finally {
    lock?.release();
    await database.close();
  }
}
