import type { Evidence, Received } from './answers.ts';
import type { Answer, HttpClient, Problem } from './http-client.ts';

/** What became of one item of a delivery, as the specs of the formats write it (`shown`). */
type ItemShown = Readonly<Record<string, unknown>>;

interface WrittenItem {
  readonly index: number;
  readonly ignored?: string;
  readonly rejected?: string;
}

/** Reads the evidence of each event back and shows it as the specs of the formats do. */
export async function keptItems(received: Received, console: HttpClient): Promise<readonly ItemShown[]> {
  return Promise.all(
    received.events.map(async ({ index, evidenceId }) => {
      const { event, timeAssumed, receivedAt, unchanged } = await console.get<Evidence>(`/v1/evidence/${evidenceId}`);
      if (!unchanged) throw new Error(`the evidence ${evidenceId} is not what its leaf vouches for`);
      if (timeAssumed && event.time !== receivedAt) throw new Error(`an assumed time is not the time of receipt: ${event.time}`);
      return { index, ...event, time: timeAssumed ? 'none given' : event.time };
    }),
  );
}

/** What an answer of ingestion has to say for the written items. */
export function expectedAnswer(items: readonly object[]): { status: number; ignored: number; rejected: readonly object[]; kept: readonly object[] } {
  const written = items as readonly (WrittenItem & object)[];
  const rejected = written.flatMap(({ index, rejected: pointer, ...rest }) => (pointer === undefined ? [] : [{ index, pointer, ...rest }]));
  const ignored = written.filter((item) => item.ignored !== undefined).length;
  const kept = written.filter((item) => item.ignored === undefined && item.rejected === undefined);
  const isRefused = items.length > 0 && rejected.length === items.length;
  return { status: isRefused ? 422 : 202, ignored, rejected, kept };
}

/** The refusals of an answer, whether it kept something (202) or not (422). */
export function refusalsOf({ status, body }: Answer<Received | Problem>): readonly unknown[] {
  if (status === 202) return (body as Received).rejected;
  return (body as Problem).errors ?? [];
}
