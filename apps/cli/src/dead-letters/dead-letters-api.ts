import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { Answered, ConsoleClient } from '../console/console-client.js';
import { WrongUse } from '../io.js';

const deadLetter = z.object({
  id: z.string(),
  topic: z.string(),
  partition: z.number(),
  offset: z.string(),
  reason: z.string(),
  createdAt: z.string(),
  replayAskedAt: z.string().nullable(),
  replayedAt: z.string().nullable(),
  trouble: z.string().nullable(),
});
const page = z.object({ items: z.array(deadLetter), nextCursor: z.string().nullable() });

export type DeadLetter = z.output<typeof deadLetter>;

export class ServerAway extends Error {}

const MOST = 10_000;
const PAGE = 500;
const LOOK_EVERY_MS = 250;
const LOOKS = 120;

export class DeadLettersApi {
  constructor(
    private readonly client: ConsoleClient,
    private readonly wait: (ms: number) => Promise<unknown> = (ms) => pause(ms),
  ) {}

  /** The latest first; at most ten thousand. */
  async list(): Promise<readonly DeadLetter[]> {
    const letters: DeadLetter[] = [];
    let cursor = '';
    do {
      const { items, nextCursor } = this.understood(page, await this.client.get(`/v1/dead-letters?limit=${PAGE}${cursor}`));
      letters.push(...items);
      if (nextCursor === null) break;
      cursor = `&cursor=${encodeURIComponent(nextCursor)}`;
    } while (letters.length < MOST);
    return letters;
  }

  /** Asks, and waits until the service that set it aside has tried: half a minute at most. */
  async replay(id: string): Promise<DeadLetter> {
    let letter = this.understood(deadLetter, await this.client.post(`/v1/dead-letters/${encodeURIComponent(id)}/replay`, undefined));
    for (let look = 0; look < LOOKS && letter.replayedAt === null && letter.trouble === null; look += 1) {
      await this.wait(LOOK_EVERY_MS);
      letter = (await this.list()).find((each) => each.id === id) ?? letter;
    }
    if (letter.replayedAt !== null || letter.trouble !== null) return letter;
    return { ...letter, trouble: 'nobody took it up yet; is the service that reads this topic running?' };
  }

  private understood<T>(schema: z.ZodType<T>, answer: Answered): T {
    if (answer.outcome === 'away') throw new ServerAway(answer.detail);
    if (answer.outcome === 'refused') throw new WrongUse(answer.detail);
    const parsed = schema.safeParse(answer.body);
    if (parsed.success) return parsed.data;
    throw new WrongUse(`what answers at ${this.client.url} is not a console of this version`);
  }
}
