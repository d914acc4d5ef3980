import { expect, test } from '@jest/globals';
import { FaultsRun, times } from '../support/faults-run.ts';
import { gzipBomb, laughs, streamOneLine, zipBomb } from '../support/bombs.ts';
import { anEvent } from '../support/events.ts';
import { PROBED, servicesUp } from '../support/own-controls.ts';
import { forgetPeak, peakMemory, residentMemory, whyNoPeakMemory } from '../support/peak-memory.ts';
import { sharedSystem } from '../support/shared-system.ts';

const MIB = 1_048_576;
const DEPTH = 100_000;
/** All of it is read before it is refused: a delivery of lines may be that large. */
const LINE_MIB = times(128, 1_024);
const MORE_MEMORY_MAX = 64 * MIB;
const REFUSED = [400, 413, 415, 422];

const system = sharedSystem({ name: 'bombs', controls: { [PROBED]: servicesUp() } });
const run = new FaultsRun('bombs', system, PROBED);
const noMemory = whyNoPeakMemory();
if (noMemory !== undefined) run.say(`skipped: ${noMemory}`);

interface Bomb {
  readonly what: string;
  readonly body: () => string | Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly encoding?: string;
  /** Of the format; CloudEvents without it. */
  readonly path?: string;
}

const event = JSON.stringify(anEvent('service.probed', { service: 's', up: true }));
const JSON_TYPE = 'application/cloudevents+json';

const BOMBS: readonly Bomb[] = [
  { what: 'gzip that inflates a thousandfold', body: () => new Uint8Array(gzipBomb()), type: JSON_TYPE, encoding: 'gzip' },
  { what: 'arrays 100,000 levels deep', body: () => `${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}`, type: 'application/cloudevents-batch+json' },
  { what: 'objects 100,000 levels deep', body: () => `${'{"a":'.repeat(DEPTH)}1${'}'.repeat(DEPTH)}`, type: JSON_TYPE },
  { what: 'data 100,000 levels deep', body: () => event.replace('"data":{', `"data":{"deep":${'['.repeat(DEPTH)}${']'.repeat(DEPTH)},`), type: JSON_TYPE },
  { what: 'a million empty events', body: () => `[${Array.from({ length: 1_000_000 }, () => '{}').join()}]`, type: 'application/cloudevents-batch+json' },
  { what: 'a million empty lines of JSON', body: () => '{}\n'.repeat(1_000_000), type: 'application/x-ndjson' },
  { what: 'a number of a million digits', body: () => event.replace('true', '9'.repeat(1_000_000)), type: JSON_TYPE },
];

/** Every format that takes them gets them; one that takes none says so. */
async function archivesAndDocuments(): Promise<Bomb[]> {
  const { items } = await system().ingestion().get<{ items: readonly { name: string; contentTypes: readonly string[] }[] }>('/v1/formats');
  const kinds = [
    { what: 'laughing XML', match: /xml/, type: 'application/xml', body: laughs },
    { what: 'archives in an archive', match: /zip/, type: 'application/zip', body: () => new Uint8Array(zipBomb()) },
  ];
  return kinds.flatMap(({ what, match, type, body }) => {
    const taking = items.flatMap(({ name: id, contentTypes }) => contentTypes.filter((one) => match.test(one)).map((one) => ({ id, type: one })));
    const targets = taking.length > 0 ? taking : [{ id: 'cloudevents', type }];
    return targets.map((target): Bomb => ({ what: `${what}, as ${target.id}`, body, type: target.type, path: `/v1/events/${target.id}` }));
  });
}

const send = async ({ body, type, encoding, path = '/v1/events' }: Bomb): Promise<number> => {
  const headers = { 'content-type': type, ...(encoding === undefined ? {} : { 'content-encoding': encoding }) };
  const { status } = await system().ingestion().send(path, { method: 'POST', headers, body: body() });
  return status;
};

/** What a busy day leaves behind is there before anything is measured. */
async function warmUp(): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    const events = Array.from({ length: 1_500 }, (_, index) => anEvent('service.probed', { service: `warm-${index % 50}`, up: true }));
    await system().push(events);
    await system().ingestion().send('/v1/events', { method: 'POST', headers: { 'content-type': JSON_TYPE }, body: ' '.repeat(4 * MIB - 1) });
  }
}

/** The status of one, and how much more memory it took than was held before. */
async function measured(work: () => Promise<number>): Promise<{ status: number; moreMiB: number }> {
  const pid = system().apps.ingestion.pid ?? 0;
  if (noMemory !== undefined) return { status: await work(), moreMiB: 0 };
  const before = residentMemory(pid);
  forgetPeak(pid);
  const status = await work();
  return { status, moreMiB: Math.round((peakMemory(pid) - before) / MIB) };
}

test('bombs are refused, and cost no more than 64 MiB of memory', async () => {
  await warmUp();
  const found: Record<string, { status: number; moreMiB: number }> = {};
  for (let round = 0; round < times(1, 5); round += 1) {
    for (const bomb of [...BOMBS, ...(await archivesAndDocuments())]) found[bomb.what] = await measured(() => send(bomb));
    const { url } = system().apps.ingestion;
    const stream = { port: Number(new URL(url).port), path: '/v1/events', key: system().credentials.apiKeys.integration, contentType: 'application/x-ndjson', bytes: LINE_MIB * MIB };
    found[`a line of ${LINE_MIB} MiB`] = await measured(() => streamOneLine(stream));
    run.did('rounds of bombs');
  }
  run.say(Object.entries(found).map(([what, { status, moreMiB }]) => `${what}: ${status}, +${moreMiB} MiB`).join('; '));
  expect(Object.entries(found).filter(([, { status, moreMiB }]) => !REFUSED.includes(status) || moreMiB * MIB > MORE_MEMORY_MAX)).toEqual([]);
  expect((await system().post([anEvent('service.probed', { service: 'after', up: true })])).status).toBe(202);
}, 600_000);
