import type { InputFault, Result } from '@tickmark/contracts';
import type { ParseRequest } from '../format.js';
import { parseRfc3339 } from './instant.js';

/**
 * When a file was written that says no time itself, told by who sends it: `; scanned-at=` in the content type. Without it
 * the same result twice is one, so a failure that comes back word for word would count as sent again.
 */
export function scannedAt({ contentType }: Pick<ParseRequest, 'contentType'>): Result<number | undefined, InputFault> {
  const written = /;\s*scanned-at\s*=\s*"?([^";\s]{0,64})/i.exec(contentType ?? '')?.[1];
  const timeMs = written === undefined ? undefined : parseRfc3339(written);
  if (written === undefined || timeMs !== undefined) return { ok: true, value: timeMs };
  const message = 'scanned-at of the content type is no instant; write one such as 2026-01-31T12:00:00Z, or leave it out';
  return { ok: false, error: { pointer: '', message } };
}
