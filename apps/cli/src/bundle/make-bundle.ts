import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, rename, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { ConsoleClient, type Answered, type ConsoleOptions } from '../console/console-client.js';
import { WrongUse, type Io } from '../io.js';
import { ProgressBar } from '../progress-bar.js';

export interface MakeRequest extends ConsoleOptions {
  readonly engagement: string;
  readonly revision?: string;
  readonly output?: string;
}

export interface MadeBundle {
  readonly file: string;
  readonly id: string;
  readonly revision: number;
  readonly bytes: number;
  readonly sha256: string;
}

const engagement = z.object({ revisions: z.array(z.object({ revision: z.number() })) });
const started = z.object({ id: z.string() });
const bundle = z.object({
  status: z.enum(['queued', 'waiting-for-seal', 'running', 'done', 'failed', 'interrupted']),
  progress: z.number(),
  detail: z.string().nullable(),
  bytes: z.number().nullable(),
  sha256: z.string().nullable(),
  fileName: z.string(),
});
type Shown = z.output<typeof bundle>;

const FIRST_LOOK_MS = 100;
const LOOK_EVERY_MS = 1_000;

export class ServerAway extends Error {
  override readonly name = 'ServerAway';
}

/** The server took it and did not finish it, or what came is not what it made. */
export class NotMade extends Error {
  override readonly name = 'NotMade';
}

/** Asks for a bundle, waits for it with its progress on a terminal, and downloads it. */
export async function fetchBundle(request: MakeRequest, io: Io): Promise<MadeBundle> {
  if (request.output !== undefined) await mustBeNew(request.output);
  const client = await ConsoleClient.from(request, io);
  const revision = await chosen(client, request);
  const { id } = read(started, await client.post(`/v1/engagements/${encodeURIComponent(request.engagement)}/bundles`, { revision }));
  const { fileName, bytes, sha256 } = await finished(client, id, io);
  if (bytes === null || sha256 === null) throw new NotMade('the console says of a bundle that it is done, and not how large it is');
  // A name that a server gives leads nowhere but into this folder.
  const file = request.output ?? basename(fileName);
  await mustBeNew(file);
  await downloaded(client, { id, file, bytes, sha256 }, io);
  return { file, id, revision, bytes, sha256 };
}

async function mustBeNew(file: string): Promise<void> {
  if (await access(file).then(() => true, () => false)) throw new WrongUse(`${file} is there already; give another --output`);
}

async function chosen(client: ConsoleClient, { engagement: id, revision }: MakeRequest): Promise<number> {
  if (revision !== undefined) {
    if (!/^[1-9]\d{0,8}$/.test(revision)) throw new WrongUse(`--revision ${revision} is no number of a revision`);
    return Number(revision);
  }
  const { revisions } = read(engagement, await client.get(`/v1/engagements/${encodeURIComponent(id)}`));
  const latest = revisions.at(-1);
  if (latest === undefined) throw new WrongUse('nothing of this engagement is frozen; freeze a revision first (POST /v1/engagements/{id}/revisions)');
  return latest.revision;
}

async function finished(client: ConsoleClient, id: string, { err }: Io): Promise<Shown> {
  const bar = new ProgressBar(err, 100, 'making {bar} {percentage}% {note}');
  try {
    for (let lookMs = FIRST_LOOK_MS; ; lookMs = Math.min(lookMs * 2, LOOK_EVERY_MS)) {
      const shown = read(bundle, await client.get(`/v1/bundles/${id}`));
      if (shown.status === 'done') return shown;
      if (shown.status === 'failed' || shown.status === 'interrupted') throw new NotMade(`the bundle ${shown.status === 'failed' ? 'failed' : 'was interrupted'}${shown.detail === null ? '' : `: ${shown.detail}`}`);
      bar.reach(Math.floor(shown.progress * 100), shown.detail ?? (shown.status === 'queued' ? 'another one is being made' : ''));
      await pause(lookMs);
    }
  } finally {
    bar.end();
  }
}

/** Whole and as it was made, or not at all. */
async function downloaded(client: ConsoleClient, { id, file, bytes, sha256 }: Omit<MadeBundle, 'revision'>, { err }: Io): Promise<void> {
  const part = `${file}.part`;
  const bar = new ProgressBar(err, bytes, 'downloading {bar} {percentage}%');
  try {
    await rm(part, { force: true });
    const answer = await client.download(`/v1/bundles/${id}/download`, part, (came) => bar.advance(came));
    if (answer.outcome !== 'answered') throw new (answer.outcome === 'away' ? ServerAway : WrongUse)(answer.detail);
    if ((await hashOf(part)) !== sha256) throw new NotMade('what came is not what the console made; try again');
    await rename(part, file);
  } finally {
    bar.end();
    await rm(part, { force: true });
  }
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

function read<T>(schema: z.ZodType<T>, answer: Answered): T {
  if (answer.outcome === 'away') throw new ServerAway(answer.detail);
  if (answer.outcome === 'refused') throw new WrongUse(answer.detail);
  const parsed = schema.safeParse(answer.body);
  if (!parsed.success) throw new WrongUse('what answers there is not a console of this version');
  return parsed.data;
}
