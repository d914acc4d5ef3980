import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Fault, say } from './fault.mjs';
import { inRoot, inState } from './paths.mjs';
import { onPath, runCommand } from './run-command.mjs';

const JAVA_MIN = 17;
const HOW = 'or set KAFKA_BROKERS to a Kafka that runs';

async function checkJava() {
  const { code, output } = await runCommand('java', ['-version']);
  const version = Number(/version "(\d+)/.exec(output)?.[1] ?? 0);
  if (code !== 0 || version < JAVA_MIN) {
    throw new Fault(`Kafka needs Java ${JAVA_MIN} or newer (found ${version || 'none'}): install it, ${HOW}`);
  }
}

/** The folder that holds Kafka's jars, fetched by Maven once for each version of the pom. */
export async function findKafka() {
  await checkJava();
  const pom = inRoot('scripts', 'setup', 'kafka.pom.xml');
  const libs = inState('kafka', 'libs');
  const stamp = inState('kafka', 'stamp');
  const wanted = createHash('sha256').update(readFileSync(pom)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && readdirSync(libs).length > 0) return libs;
  if (onPath('mvn') === undefined) throw new Fault(`Kafka is fetched by Maven, which is missing: install maven, ${HOW}`);
  say('Fetching Kafka (Maven) ...');
  rmSync(path.dirname(libs), { recursive: true, force: true });
  mkdirSync(libs, { recursive: true });
  const args = ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${libs}`, '-DincludeScope=runtime'];
  const { code, output } = await runCommand('mvn', args);
  if (code !== 0) throw new Fault(`Kafka could not be fetched by Maven; is its repository within reach? ${HOW}\n${output}`);
  writeFileSync(stamp, wanted);
  return libs;
}
