import { Fault } from '../setup/fault.mjs';
import { inRoot } from '../setup/paths.mjs';
import { runCommand } from '../setup/run-command.mjs';
import { pause } from './local-server.mjs';

const READY_MS_MAX = 120_000;

/** A server of docker-compose.yml with the same verbs as a local one. */
class DockerServer {
  #compose;
  running = false;
  pid = undefined;

  constructor({ name, url, port, compose }) {
    Object.assign(this, { name, url, port });
    this.#compose = compose;
  }

  async start() {
    await this.#compose('up', '-d', '--no-deps', this.name);
    this.running = true;
  }

  async stop() {
    await this.#compose('stop', this.name);
    this.running = false;
  }

  async kill(signal = 'SIGKILL') {
    await this.#compose('kill', '-s', signal, this.name);
    if (signal === 'SIGKILL') this.running = false;
  }

  async waitReady(limitMs = READY_MS_MAX) {
    const endMs = Date.now() + limitMs;
    while (Date.now() < endMs) {
      const output = await this.#compose('ps', '--format', '{{.Health}}', this.name);
      if (output.includes('healthy') && !output.includes('unhealthy')) return;
      await pause(500);
    }
    throw new Fault(`${this.name} (Docker) did not become healthy within ${limitMs / 1000} s`);
  }
}

/** Postgres, Redis and Kafka by docker-compose.yml, profile `infra`. */
export function dockerServers({ project, names, ports, password, keepsData }) {
  const env = {
    ...process.env,
    POSTGRES_PASSWORD: password,
    POSTGRES_PORT: String(ports.postgres),
    REDIS_PORT: String(ports.redis),
    KAFKA_PORT: String(ports.kafka),
  };
  const compose = async (...args) => {
    const all = ['compose', '-p', project, '-f', inRoot('docker-compose.yml'), '--profile', 'infra', ...args];
    const { code, output } = await runCommand('docker', all, { env });
    if (code !== 0) throw new Fault(`docker compose ${args[0]} failed:\n${output}`);
    return output;
  };
  const urls = {
    postgres: `postgres://tickmark:${password}@127.0.0.1:${ports.postgres}/tickmark`,
    redis: `redis://127.0.0.1:${ports.redis}`,
    kafka: `127.0.0.1:${ports.kafka}`,
  };
  return {
    servers: names.map((name) => new DockerServer({ name, url: urls[name], port: ports[name], compose })),
    end: () => (keepsData ? compose('stop') : compose('down', '-v')),
  };
}
