import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** A line between ingestion and Postgres that can be cut, or go silent. */
export class CutLine implements AsyncDisposable {
  private readonly sockets = new Set<Socket>();
  private state: 'whole' | 'cut' | 'silent' = 'whole';

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {
    server.on('connection', (near) => this.join(near));
  }

  static async to(url: string): Promise<CutLine> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new CutLine(server, new URL(url));
  }

  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  cut(): void {
    this.state = 'cut';
    for (const socket of this.sockets) socket.destroy();
  }

  silence(): void {
    this.state = 'silent';
    for (const socket of this.sockets) socket.pause();
  }

  heal(): void {
    this.state = 'whole';
    for (const socket of this.sockets) socket.resume();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(near: Socket): void {
    if (this.state === 'cut') {
      near.destroy();
      return;
    }
    const far = connect(Number(this.target.port), this.target.hostname);
    for (const [from, to] of [[near, far], [far, near]] as const) {
      this.sockets.add(from);
      from.on('data', (chunk) => to.write(chunk));
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
      from.on('error', () => to.destroy());
      if (this.state === 'silent') from.pause();
    }
  }
}
