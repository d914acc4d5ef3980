import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';

const credentials = z.object({
  admin: z.object({ email: z.string(), password: z.string() }),
  apiKeys: z.object({ integration: z.string(), dashboard: z.string(), auditor: z.string(), admin: z.string() }),
});
export type Credentials = z.output<typeof credentials>;

/** Undefined: there is no such file, or it is none of ours. */
export async function readCredentials(path: string): Promise<Credentials | undefined> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return credentials.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** For the owner's eyes only, from its first byte on; never half written. */
export async function writeCredentials(path: string, content: Credentials): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  await rename(draft, path);
  await chmod(path, 0o600);
}
