import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PARTS, placeOf } from '../faults/planted/plants.ts';
import type { PartName, Plant } from '../faults/planted/plants.ts';
import { ROOT, runNode } from './run-node.ts';
import type { Ran } from './run-node.ts';
import { ScratchClone } from './scratch-clone.ts';

const NODE_FLAGS = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'];
const PART_MS_MAX = 600_000;
const SAID_CHARS_MAX = 300;

/** How a part of the harness ended; `none`: no test ran. `noticed`: what it complained of. */
export interface Tried {
  readonly colour: 'green' | 'red' | 'none';
  readonly noticed: string;
}

interface CopyOptions {
  /** Where the servers are, unless this process was started with it. */
  readonly env: Readonly<Record<string, string>>;
  /** A fault shows for good: nobody has to wait for it as long as for a slow machine. */
  readonly settledMs: number;
}

interface JestRecord {
  readonly numPassedTests?: number;
  readonly numFailedTests?: number;
  readonly testResults?: readonly { readonly assertionResults: readonly { readonly failureMessages: readonly string[] }[] }[];
}

/** A copy of the built product into which faults are written, one after the other. */
export class PlantedCopy implements Disposable {
  readonly #clone: ScratchClone;
  readonly #options: CopyOptions;

  // Spelled out: scripts load this file, and Node strips types only.
  private constructor(clone: ScratchClone, options: CopyOptions) {
    this.#clone = clone;
    this.#options = options;
  }

  static async make(options: CopyOptions): Promise<PlantedCopy> {
    const clone = await ScratchClone.make();
    // Every app starts many times here, with controls of its own: the shipped ones would only take their time.
    const controls = path.join(clone.folder, 'catalogue', 'controls');
    rmSync(controls, { recursive: true });
    mkdirSync(controls);
    return new PlantedCopy(clone, options);
  }

  /** The part that has to notice it, on the copy with the fault. */
  async tryPlant(one: Plant): Promise<Tried & { readonly isCaught: boolean }> {
    const undo = plant(this.#clone.folder, one);
    const tried = await this.tryPart(one.part, one.id);
    undo();
    return { ...tried, isCaught: tried.colour === 'red' && one.noticedAs.test(tried.noticed) };
  }

  /** A part on the copy as it is; what was said is kept under this name. */
  async tryPart(name: PartName, as = `without-${name}`): Promise<Tried> {
    const { spec, test } = PARTS[name];
    const { folder } = this.#clone;
    const record = path.join(folder, 'planted.json');
    const jest = path.join(folder, 'node_modules', 'jest', 'bin', 'jest.js');
    const args = [...NODE_FLAGS, jest, '--selectProjects', 'faults', '--runInBand', '--testTimeout=60000', '--json', `--outputFile=${record}`, spec, '-t', test];
    writeFileSync(record, '{}');
    const env = { ...this.#options.env, TICKMARK_TEST_SETTLED_MS: String(this.#options.settledMs), TICKMARK_TEST_LONG: '', TICKMARK_TEST_PATIENT: '1' };
    const ran = await runNode(args, { cwd: folder, env, limitMs: PART_MS_MAX });
    keepLogs(folder, as, ran);
    return triedOf(JSON.parse(readFileSync(record, 'utf8')) as JestRecord, ran);
  }

  [Symbol.dispose](): void {
    this.#clone[Symbol.dispose]();
  }
}

/** The built file beside a source; what is not built stands for itself. */
const builtOf = (file: string): string[] => (file.endsWith('.ts') ? [file, file.replace('/src/', '/dist/').replace(/\.ts$/, '.js')] : [file]);

/** Writes the edits into the copy; gives back how to undo them. */
function plant(folder: string, { id, edits }: Plant): () => void {
  const before = new Map<string, string>();
  for (const edit of edits) {
    for (const place of builtOf(edit.file)) {
      const whole = path.join(folder, place);
      const text = readFileSync(whole, 'utf8');
      if (text.match(placeOf(edit))?.length !== 1) throw new Error(`planted fault ${id}: its place in ${place} is not there once`);
      if (!before.has(whole)) before.set(whole, text);
      writeFileSync(whole, text.replace(placeOf(edit), () => edit.replace));
    }
  }
  return () => {
    for (const [whole, text] of before) writeFileSync(whole, text);
  };
}

/** What the harness and the apps said, for whoever wants to know how a fault was noticed or why not. */
function keepLogs(folder: string, name: string, { out, err }: Ran): void {
  const kept = path.join(ROOT, '.tickmark', 'test', 'planted', name.replaceAll(' ', '-'));
  const logs = path.join(folder, '.tickmark', 'test', 'logs');
  mkdirSync(logs, { recursive: true });
  rmSync(kept, { recursive: true, force: true });
  cpSync(logs, kept, { recursive: true });
  rmSync(logs, { recursive: true });
  writeFileSync(path.join(kept, 'harness.log'), `${out}\n${err}`);
}

function triedOf({ numPassedTests = 0, numFailedTests = 0, testResults = [] }: JestRecord, { err }: Ran): Tried {
  const failures = testResults.flatMap(({ assertionResults }) => assertionResults.flatMap(({ failureMessages }) => failureMessages));
  if (numFailedTests > 0) return { colour: 'red', noticed: noticedIn(failures.join('\n')) };
  return numPassedTests > 0 ? { colour: 'green', noticed: 'nothing' } : { colour: 'none', noticed: err.slice(-2_000) };
}

/** The kinds of fault that the checker named, or else the first lines of what went wrong. */
function noticedIn(text: string): string {
  // eslint-disable-next-line no-control-regex -- Jest colours what it prints
  const plain = text.replaceAll(/\u001B\[\d+m/g, '');
  const kinds = [...new Set([...plain.matchAll(/"kind": "([^"]+)"/g)].map(([, kind = '']) => kind))];
  if (kinds.length > 0) return kinds.join(', ');
  const lines = plain.split('\n').map((line) => line.trim());
  // What Jest compared, without its legend.
  const told = lines.filter((line) => /^[-+] |^Expected|^Received/.test(line) && !/^[-+] (Expected|Received) /.test(line));
  return (told.slice(0, 4).join(' | ') || (lines[0] ?? '')).slice(0, SAID_CHARS_MAX);
}
