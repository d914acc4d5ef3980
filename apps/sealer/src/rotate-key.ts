// node apps/sealer/dist/rotate-key.js: where sealer runs, with its environment. The next checkpoint is signed with the new key.
import { noteKey, originOf, publicBytes, writeNoteKey } from '@tickmark/ledger';
import { readLedgerToSeal } from '@tickmark/persistence';
import { createLogger, parseConfig, runMain } from '@tickmark/platform';
import { makeSigningKey } from './keep/signing-key.js';
import { sealerEnvironment } from './sealer.config.js';
import { openDatabase } from './sealer.module.js';

runMain(async () => {
  const config = parseConfig(sealerEnvironment);
  const database = openDatabase(config, createLogger('rotate-key', 'silent'));
  const { origin, epoch, nowMs } = await readLedgerToSeal(database).finally(() => database.close());
  const { privateKey } = makeSigningKey(config.TICKMARK_SEALER_KEY_FILE, nowMs);
  process.stderr.write('The next checkpoint is signed with this key. Give it to whoever pins keys:\n');
  process.stdout.write(`${writeNoteKey(noteKey(originOf(origin, epoch), publicBytes(privateKey)))}\n`);
});
