#!/usr/bin/env node
// Runs the built command line with Node 24 or newer, also where the machine's own Node is older.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../../../', import.meta.url);
const main = new URL('../dist/main.js', import.meta.url);

if (!existsSync(main)) {
  process.stderr.write('tickmark: not built yet; run `npm run setup` in the repository first\n');
  process.exitCode = 3;
} else if (Number(process.versions.node.split('.')[0]) >= 24) {
  await import(main.href);
} else {
  const link = new URL('.tickmark/node/path', root);
  const node = existsSync(link) ? readFileSync(link, 'utf8').trim() : '';
  if (node === '') {
    process.stderr.write('tickmark: needs Node 24 or newer; run `npm run setup` in the repository once\n');
    process.exitCode = 3;
  } else {
    const run = spawnSync(node, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit' });
    process.exitCode = run.status ?? 1;
  }
}
