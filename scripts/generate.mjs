// npm run generate: writes docs/reference from the code. With --check it only says what is out of date.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runEntry, say } from './setup/fault.mjs';
import { onNode24 } from './setup/node-24.mjs';
import { inRoot } from './setup/paths.mjs';

const REFERENCE = 'docs/reference';

function filesOnDisk() {
  const folder = inRoot(REFERENCE);
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => path.relative(inRoot(), path.join(entry.parentPath, entry.name)));
}

const textOf = (file) => (existsSync(inRoot(file)) ? readFileSync(inRoot(file), 'utf8') : undefined);

function write(files, leftOver) {
  for (const { file, text } of files) {
    mkdirSync(path.dirname(inRoot(file)), { recursive: true });
    writeFileSync(inRoot(file), text);
  }
  for (const file of leftOver) rmSync(inRoot(file));
  say(`Wrote ${files.length} files under ${REFERENCE}/`);
  return 0;
}

function check(files, leftOver) {
  const stale = [...files.filter(({ file, text }) => textOf(file) !== text).map(({ file }) => file), ...leftOver];
  for (const file of stale) say(`${file} is out of date; run \`npm run generate\``);
  return stale.length === 0 ? 0 : 1;
}

await runEntry(async () => {
  if (!(await onNode24(import.meta.url))) return process.exitCode;
  const { setUp } = await import('./setup/set-up.mjs');
  await setUp();
  const { messageSchemas } = await import('./generate/messages.mjs');
  const { catalogueReference } = await import('./generate/catalogue.mjs');
  const { expressionsReference } = await import('./generate/expressions.mjs');
  const files = [...messageSchemas(), ...(await catalogueReference()), ...expressionsReference()];
  const ours = new Set(files.map(({ file }) => file));
  const leftOver = filesOnDisk().filter((file) => !ours.has(file));
  return process.argv.includes('--check') ? check(files, leftOver) : write(files, leftOver);
});
