import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { WrongUse } from './io.js';

const file = z.object({ apiKeys: z.record(z.string(), z.string()) });

/** The key of a role in the file of a started installation. */
export async function keyFrom(path: string, role: 'integration' | 'admin'): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  const key = text === undefined ? undefined : file.safeParse(jsonOf(text)).data?.apiKeys[role];
  if (key !== undefined) return key;
  throw new WrongUse('there is no API key: give --key, set TICKMARK_API_KEY, or run in the folder of a started installation');
}

export function addressOf(url: string): string {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw new WrongUse(`${url} is no address; write it as http://host:port`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
