// npm run bench:summary: what a period summary costs from what was judged and from roll-ups of closed months, in rows of the
// database and in time, over one state check. Ends with 1 when the texts differ or roll-ups do not spare most of the rows.
import { loadCatalogue } from '@tickmark/catalogue';
import { kindById } from '@tickmark/evaluation';
import { Database, EngagementRepository, PartitionOffsets, addActivation, addControlVersion, addJudgedCheck, closeMonths, lockProgress, monthsToClose, saveProgress } from '@tickmark/persistence';
import type { Engagement } from '@tickmark/persistence';
import { readCataloguePath, shippedCatalogueFolder } from '@tickmark/platform';
import { makeTestDatabase } from '@tickmark/testing';
import { SummarisePeriod } from '../../apps/console/dist/engagements/summarise-period.js';
import { Catalogues } from '../../apps/console/dist/judged/catalogues.js';
import { Views } from '../../apps/console/dist/judged/view.js';

const argument = (name: string, preset: number): number => Number(process.argv.find((one) => one.startsWith(`--${name}=`))?.split('=')[1] ?? preset);

const KEYS = argument('keys', 5_000);
/** Segments of each key in a year. */
const CHANGES = argument('changes', 60);
const FROM_MS = Date.UTC(2026, 0, 1);
const TO_MS = Date.UTC(2027, 0, 1);
const W_MS = TO_MS + 30 * 3_600_000;
const CONTROL = 'admin-mfa';
const TOPIC = 'tickmark.control-events.v1';

const write = (line: string): void => void process.stdout.write(`${line}\n`);
const thousands = (count: number): string => String(count).replaceAll(/\B(?=(\d{3})+$)/g, ' ');

async function fill(database: Database): Promise<void> {
  const files = await readCataloguePath(shippedCatalogueFolder());
  const { catalogue } = loadCatalogue(files, kindById);
  const control = catalogue?.controls.get(CONTROL);
  const [check] = control?.checks ?? [];
  if (catalogue === undefined || control === undefined || check === undefined) throw new Error(`the shipped catalogue has no ${CONTROL}`);
  await database.query(`INSERT INTO feed (name, system, production, types, sources, authentication) VALUES ('okta', 'okta', true, '{*}', '{*}', '{"kind": "bearer"}')`);
  await new PartitionOffsets(database).positions(TOPIC, 1);
  await database.transaction(async (transaction) => {
    const activation = await addActivation(transaction, { hash: catalogue.hash, files, effectiveFromMs: FROM_MS });
    await addControlVersion(transaction, control, FROM_MS);
    await addJudgedCheck(transaction, { control: CONTROL, name: check.name, kind: check.kind, logicHash: control.logicHash, effectiveFromMs: FROM_MS, activation });
    const progress = await lockProgress(transaction, TOPIC, 0);
    if (progress === undefined) throw new Error('there is no partition');
    await saveProgress(transaction, { ...progress, leafIndex: 1, tickLeafIndex: 1, tickClockMs: W_MS, seenClockMs: W_MS });
  });
  await database.query('INSERT INTO key_name (name) SELECT \'k\' || n FROM generate_series(1, $1::int) n', [KEYS]);
  const lengthMs = Math.floor((TO_MS - FROM_MS) / CHANGES);
  await database.query(
    `INSERT INTO segment (check_id, key_id, group_id, from_at, to_at, state, basis, reason, system, feed_ids)
     SELECT 1, k, k, $1::timestamptz + (s * $2::bigint + k) * interval '1 millisecond',
       CASE WHEN s < $3 - 1 THEN $1::timestamptz + ((s + 1) * $2::bigint + k) * interval '1 millisecond' END, (s + k) % 2, 0, 'r', 'okta', '{1}'
     FROM generate_series(1, $4::int) k, generate_series(0, $3::int - 1) s`,
    [new Date(FROM_MS), lengthMs, CHANGES, KEYS],
  );
  await database.query('INSERT INTO key_span (check_id, key_id, group_id, begin_at) SELECT 1, k, k, $1::timestamptz FROM generate_series(1, $2::int) k', [new Date(FROM_MS), KEYS]);
  await database.query('ANALYZE');
}

/** Rows that came over the connections since the last look. */
function countRows(database: Database): () => number {
  let rows = 0;
  database.pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => Promise<{ rows: unknown[] } | undefined>;
    client.query = (async (...args: unknown[]) => {
      const result = await query(...args);
      // With a callback it gives nothing; summaries are read in a transaction, which waits.
      rows += result?.rows.length ?? 0;
      return result;
    }) as typeof client.query;
  });
  return () => {
    const counted = rows;
    rows = 0;
    return counted;
  };
}

await using own = await makeTestDatabase();
const database = new Database({ url: own.url, app: 'bench', statementTimeoutMs: 600_000 });
const rowsRead = countRows(database);
try {
  await fill(database);
  const catalogues = new Catalogues();
  const summaries = new SummarisePeriod(database, new Views(database, catalogues, { now: () => W_MS }), catalogues, { entity: 'bench' });
  const time = { type: 'II' as const, from: new Date(FROM_MS).toISOString(), to: new Date(TO_MS).toISOString() };
  const definition = { name: 'Year', reports: ['soc2' as const], time, categories: ['security' as const], objectives: [], systems: [], coverageThreshold: 0.95 };
  const engagement: Engagement = await new EngagementRepository(database).insert('00000000-0000-4000-8000-000000000001', definition, 'bench');
  const measure = async (what: string): Promise<{ rows: number; text: string }> => {
    rowsRead();
    const startMs = performance.now();
    const { summary } = await summaries.execute(engagement, null);
    const rows = rowsRead();
    write(`  ${what.padEnd(28)} ${thousands(rows).padStart(10)} rows, ${((performance.now() - startMs) / 1_000).toFixed(2)} s`);
    return { rows, text: JSON.stringify(summary) };
  };
  write(`${thousands(KEYS * CHANGES)} segments of ${thousands(KEYS)} keys over a year`);
  await measure('from what was judged, cold');
  const judged = await measure('from what was judged');
  await database.transaction(async (transaction) => closeMonths(transaction, await monthsToClose(transaction, W_MS)));
  const made = await measure('months summed and kept');
  const read = await measure('from roll-ups');
  const { rows } = await database.query<{ bytes: number }>('SELECT sum(length(sums::text))::bigint AS bytes FROM rollup');
  write(`roll-ups: ${thousands(rows[0]?.bytes ?? 0)} bytes of the control`);
  const same = judged.text === made.text && judged.text === read.text;
  write(same ? 'the three texts are the same bytes' : 'THE TEXTS DIFFER');
  process.exitCode = same && read.rows * 20 < judged.rows ? 0 : 1;
} finally {
  await database.close();
}
