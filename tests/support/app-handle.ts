import { TestApp, freePort } from '@tickmark/testing';
import type { AppName } from '@tickmark/testing';

interface AppHandleOptions {
  readonly app: AppName;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
}

/** One app of a running system. It keeps its port over restarts, as a deployed one keeps its address. */
export class AppHandle {
  readonly url: string;
  readonly #options: AppHandleOptions;
  readonly #port: number;
  #app: TestApp | undefined;

  private constructor(options: AppHandleOptions, port: number) {
    this.#options = options;
    this.#port = port;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async make(options: AppHandleOptions): Promise<AppHandle> {
    return new AppHandle(options, await freePort());
  }

  get pid(): number | undefined {
    return this.#app?.pid;
  }

  get output(): string {
    return this.#app?.output ?? '';
  }

  get ended(): boolean {
    return this.#app?.ended ?? true;
  }

  /** Resolves when it is ready; `waits: false` at once. */
  async start({ waits = true }: { readonly waits?: boolean } = {}): Promise<void> {
    this.#app = await TestApp.start({ ...this.#options, port: this.#port, waits: false });
    if (waits) await this.#app.waitReady();
  }

  waitReady(limitMs?: number): Promise<void> {
    if (this.#app === undefined) throw new Error(`${this.#options.app} was not started`);
    return this.#app.waitReady(limitMs);
  }

  /** SIGTERM and its own shutdown. */
  async stop(): Promise<void> {
    await this.#app?.stop();
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    await this.#app?.kill();
  }

  async readiness(): Promise<number> {
    const response = await fetch(`${this.url}/readyz`);
    await response.text();
    return response.status;
  }
}
