import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * `cut`: connections break, new ones are refused. `half-open`: nothing passes and nobody is told; the connections of that
 * time stay dead, only new ones work afterwards. A server that looks for dead connections, as the product asks of
 * Postgres, finds them in its time; clients have to find out for themselves. `slow`: everything is late.
 */
export type LinkFault = 'cut' | 'half-open' | 'slow';

interface LinkOptions {
  readonly host: string;
  readonly port: number;
  /** Kafka's answers name the broker's own address: they are made to name the link's. */
  readonly isKafka: boolean;
}

const SLOW_MS = 300;
/** 10 s of silence, then three questions 5 s apart: libs/persistence asks this of Postgres for each connection. */
const NOTICED_MS = 25_000;

/** A line to a server, for everybody who is given its address instead of the server's. */
export class CutLink implements AsyncDisposable {
  readonly #sockets = new Set<Socket>();
  readonly #dead = new WeakSet<Socket>();
  readonly #atServer = new WeakSet<Socket>();
  #fault: LinkFault | undefined;

  private constructor(
    private readonly server: Server,
    private readonly options: LinkOptions,
  ) {
    server.on('connection', (near) => this.#join(near));
  }

  /** `address`: a URL, or `host:port`. */
  static async to(address: string): Promise<CutLink> {
    const isKafka = !address.includes('://');
    const { hostname, port } = new URL(isKafka ? `kafka://${address}` : address);
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new CutLink(server, { host: hostname, port: Number(port), isKafka });
  }

  /** The address of the line, written as the server's. */
  through(address: string): string {
    const port = String(this.#port);
    return this.options.isKafka ? `127.0.0.1:${port}` : Object.assign(new URL(address), { hostname: '127.0.0.1', port }).href;
  }

  get #port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  break(fault: LinkFault): void {
    this.#fault = fault;
    if (fault === 'slow') return;
    for (const socket of this.#sockets) {
      if (fault === 'cut') socket.destroy();
      else this.#die(socket);
    }
  }

  #die(socket: Socket): void {
    this.#dead.add(socket);
    if (this.#atServer.has(socket)) setTimeout(() => socket.destroy(), NOTICED_MS).unref();
  }

  heal(): void {
    this.#fault = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  #join(near: Socket): void {
    if (this.#fault === 'cut') {
      near.destroy();
      return;
    }
    const far = connect(this.options.port, this.options.host);
    this.#atServer.add(far);
    this.#carry(near, far, (chunk) => [chunk]);
    this.#carry(far, near, this.options.isKafka ? readdressed({ from: this.options.port, to: this.#port }) : (chunk) => [chunk]);
    if (this.#fault === 'half-open') for (const socket of [near, far]) this.#die(socket);
  }

  #carry(from: Socket, to: Socket, translate: (chunk: Buffer) => readonly Buffer[]): void {
    this.#sockets.add(from);
    let late = Promise.resolve();
    from.on('data', (chunk: Buffer) => {
      if (this.#dead.has(from)) return;
      for (const part of translate(chunk)) {
        const waits = this.#fault === 'slow' ? SLOW_MS : 0;
        // In their order, whatever the line was like when each came.
        late = late.then(async () => {
          if (waits > 0) await pause(waits);
          if (!this.#dead.has(from) && !to.destroyed) to.write(part);
        });
      }
    });
    from.on('error', () => undefined);
    from.on('close', () => {
      this.#sockets.delete(from);
      // Who is gone behind a dead line is not missed at its other end.
      if (!this.#dead.has(from)) void late.then(() => to.destroy());
    });
  }
}

/** Whole answers of Kafka, in which the address 127.0.0.1 with one port is written with another. */
function readdressed({ from, to }: { readonly from: number; readonly to: number }): (chunk: Buffer) => readonly Buffer[] {
  const written = (port: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(port);
    return Buffer.concat([Buffer.from('127.0.0.1'), bytes]);
  };
  const [wanted, instead] = [written(from), written(to)];
  let held = Buffer.alloc(0);
  return (chunk) => {
    held = Buffer.concat([held, chunk]);
    const whole: Buffer[] = [];
    while (held.length >= 4 && held.length >= 4 + held.readInt32BE(0)) {
      const end = 4 + held.readInt32BE(0);
      const answer = Buffer.from(held.subarray(0, end));
      for (let at = answer.indexOf(wanted); at !== -1; at = answer.indexOf(wanted, at + wanted.length)) instead.copy(answer, at);
      whole.push(answer);
      held = held.subarray(end);
    }
    return whole;
  };
}
