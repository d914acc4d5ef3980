// node apps/sealer/dist/start-epoch.js --by NAME --by NAME: where sealer runs, with its environment.
import { parseArgs } from 'node:util';
import { Database } from '@tickmark/persistence';
import { parseConfig, runMain } from '@tickmark/platform';
import { StartEpoch } from './epochs/start-epoch.js';
import { Memory } from './keep/memory.js';
import { sealerEnvironment } from './sealer.config.js';

const USAGE = 'start-epoch --by NAME --by NAME: two persons answer for it\n';
const WRONG_USE = 2;

runMain(async () => {
  const { values } = parseArgs({ options: { by: { type: 'string', multiple: true, default: [] } }, strict: false });
  const [first, second, ...more] = Array.isArray(values.by) ? values.by.map(String) : [];
  if (first === undefined || second === undefined || more.length > 0) {
    process.stderr.write(USAGE);
    process.exitCode = WRONG_USE;
    return;
  }
  const config = parseConfig(sealerEnvironment);
  const database = new Database({ url: config.DATABASE_URL, app: 'start-epoch', maxConnections: 2 });
  const started = await new StartEpoch(database, new Memory(config.TICKMARK_SEALER_MEMORY_FILE)).start([first, second]).finally(() => database.close());
  process.exitCode = started.ok ? 0 : 1;
  process.stderr.write(
    started.ok
      ? `Epoch ${started.epoch} begins with the next leaf. It names the checkpoint of ${started.previous.origin} at ${started.previous.size} leaves.\n`
      : `No epoch was started: ${started.reason}\n`,
  );
});
