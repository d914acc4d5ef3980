import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A folder for the data of a test run; the warden removes it. Others may pass through it, as Postgres runs as another user. */
export function makeScratch() {
  const folder = mkdtempSync(path.join(tmpdir(), 'tickmark-'));
  chmodSync(folder, 0o711);
  return folder;
}
