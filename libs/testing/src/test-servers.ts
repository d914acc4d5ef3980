import { testAddress } from './test-environment.js';

export type ServerName = 'postgres' | 'redis' | 'kafka';

export interface ServerStatus {
  readonly name: ServerName;
  readonly url: string;
  readonly port: number;
  readonly pid: number | null;
  readonly running: boolean;
}

async function ask<T>(method: 'GET' | 'POST', path: string): Promise<T> {
  const response = await fetch(new URL(path, testAddress('TICKMARK_TEST_INFRA')), { method });
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

/** The servers of the test run, for the faults ring; whoever stops one starts it again. */
export const testServers = {
  list: () => ask<ServerStatus[]>('GET', '/servers'),
  /** An ordinary end. */
  stop: (name: ServerName) => ask<ServerStatus>('POST', `/servers/${name}/stop`),
  /** SIGKILL, SIGSTOP (it hangs), SIGCONT (it goes on). */
  kill: (name: ServerName, signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' = 'SIGKILL') =>
    ask<ServerStatus>('POST', `/servers/${name}/kill?signal=${signal}`),
  /** Resolves when it answers. */
  start: (name: ServerName) => ask<ServerStatus>('POST', `/servers/${name}/start`),
};
