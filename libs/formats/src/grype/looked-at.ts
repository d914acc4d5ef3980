import { z } from 'zod';
import { fieldsOf } from '../reading/schema.js';
import { instantOf, text } from '../scanners/reports.js';
import type { GrypeReport } from './document.js';

const HOUR_MS = 3_600_000;
/** Grype itself refuses an older database unless it is told not to (`db.max-allowed-built-age`). */
const MAX_AGE_MS = 120 * HOUR_MS;
/** Clocks of the builder and of the scanner differ a little. */
const MAX_AHEAD_MS = HOUR_MS;

const databaseBody = z.object({ built: text, error: z.unknown().optional(), valid: z.boolean().nullish() });

export type LookedAt = { readonly known: true; readonly covered: boolean } | { readonly known: false; readonly reason: string };

/**
 * Grype lists what it found and not what it looked at. That nothing was found says something only where the database was
 * sound and fresh, and where something in the artifact could be told apart.
 */
export function lookedAt(report: GrypeReport, timeMs: number | undefined): LookedAt {
  if (hasAlert(report, 'distro-disabled')) return { known: true, covered: false };
  if (isBareImage(report)) return untold('nothing was found in an image without a distribution: whether anything in it was recognised is not said');
  const database = databaseOf(report.descriptor?.db);
  if (database === undefined) return untold('the report does not say which database was used: whether the artifact was looked at well is not known');
  return byDatabase(database, timeMs);
}

const untold = (reason: string): LookedAt => ({ known: false, reason });

export const hasAlert = ({ alertsByPackage }: GrypeReport, wanted: string): boolean =>
  (alertsByPackage ?? []).some(({ alerts }) => (alerts ?? []).some(({ type }) => type === wanted));

function isBareImage({ matches, ignoredMatches, source, distro }: GrypeReport): boolean {
  const listed = matches.length + (ignoredMatches?.length ?? 0);
  return listed === 0 && source?.type === 'image' && [undefined, null, ''].includes(distro?.name);
}

type Database = z.infer<typeof databaseBody>;

/** The status of the database lies in `db`, since version 0.88 in `db.status`. */
function databaseOf(db: unknown): Database | undefined {
  const nested = fieldsOf(z.object({ status: databaseBody }), db);
  if (nested.ok) return nested.value.status;
  const flat = fieldsOf(databaseBody, db);
  return flat.ok ? flat.value : undefined;
}

function byDatabase({ built, error, valid }: Database, timeMs: number | undefined): LookedAt {
  const isSound = valid !== false && [undefined, null, ''].includes(error as string | null | undefined);
  if (!isSound) return { known: true, covered: false };
  const builtMs = instantOf(built ?? '');
  if (builtMs === undefined || timeMs === undefined) return untold('the report does not say how old its database was: whether the artifact was looked at well is not known');
  return { known: true, covered: timeMs - builtMs <= MAX_AGE_MS && builtMs - timeMs <= MAX_AHEAD_MS };
}
