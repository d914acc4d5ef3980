import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const NOT_OURS = new Set(['node_modules', 'dist', '.git', '.tickmark', 'coverage']);

const inRepository = (...parts: string[]): string => path.join(ROOT, ...parts);
export const isThere = (name: string): boolean => existsSync(inRepository(name));
export const textOf = (name: string): string => readFileSync(inRepository(name), 'utf8');
export const jsonOf = (name: string): unknown => JSON.parse(textOf(name));

/** Folders directly in `name`, by their names. */
export function foldersIn(name: string): string[] {
  if (!isThere(name)) return [];
  const entries = readdirSync(inRepository(name), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory() && !NOT_OURS.has(entry.name)).map((entry) => entry.name).sort();
}

/** Files anywhere under `name`, as paths from the root of the repository, sorted. */
export function filesUnder(name: string, suffix = ''): string[] {
  if (!isThere(name)) return [];
  const found = readdirSync(inRepository(name), { withFileTypes: true }).flatMap((entry) => {
    const file = path.posix.join(name, entry.name);
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : filesUnder(file, suffix);
    return file.endsWith(suffix) ? [file] : [];
  });
  return found.sort();
}

/** Every package of the workspace, as `apps/x` or `libs/x`. */
export const packageFolders = (): string[] => ['apps', 'libs'].flatMap((kind) => foldersIn(kind).map((name) => `${kind}/${name}`));
