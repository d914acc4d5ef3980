import { readFile } from 'node:fs/promises';
import { toInstant } from '@tickmark/contracts';
import { canonicalJson, inclusionRanges, subtreesOf } from '@tickmark/ledger';
import type { LeafKind } from '@tickmark/ledger';
import { SOURCE } from '@tickmark/ledger/verifier';
import {
  bodyOfDelivery, checkpointsByDay, deliveriesToBundle, evidenceAtLeaves, evidenceOfLeaves, readLeafBytes, readRanges, recordsOfLeaves,
} from '@tickmark/persistence';
import type { Database, EvidenceToBundle } from '@tickmark/persistence';
import type { BundleFile, Digest, PackedFile } from './pack-bundle.js';
import type { BundlePlan } from './plan-bundle.js';
import { readmeOf } from './readme-of.js';

/** Kinds whose records are told; of all others a bundle holds the bare leaf. */
const TOLD: readonly LeafKind[] = ['catalogue-version', 'deviation', 'gap', 'notice', 'engagement', 'epoch'];
const LEAVES_AT_ONCE = 4_096;

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const line = (value: unknown): string => `${canonicalJson(value)}\n`;
const text = (path: string, content: string | Buffer): BundleFile => ({ path, pieces: () => [Buffer.from(content)] });

/** The files of a bundle (docs/explanation/bundle-format.md), page by page, as they are kept. */
export class BundleFiles {
  /** In the order of the first evidence. */
  readonly #deliveries = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly plan: BundlePlan,
    private readonly progress: (share: number) => void,
  ) {}

  async *all(): AsyncGenerator<BundleFile> {
    const { plan } = this;
    yield text('README.txt', readmeOf(plan));
    yield text('verify.mjs', await readFile(new URL(SOURCE)));
    yield text('summary.json', plan.summary);
    yield { path: 'leaves.txt', pieces: () => this.#leaves() };
    yield text('frontier.json', canonicalJson(await this.#frontier()));
    yield* this.#checkpoints();
    yield { path: 'records.ndjson', pieces: () => this.#records() };
    yield { path: 'earlier.ndjson', pieces: () => this.#earlier() };
    yield { path: 'evidence.ndjson', pieces: () => this.#evidence() };
    const bodies = new Map<string, string>();
    yield { path: 'deliveries.ndjson', pieces: () => this.#deliveryLines(bodies) };
    let done = 0;
    for (const [path, id] of bodies) {
      yield { path, pieces: () => this.#body(id) };
      this.progress(0.6 + (0.4 * (done += 1)) / bodies.size);
    }
  }

  /** Exact, and the same each time: when it was made stands nowhere. */
  manifest(files: readonly PackedFile[], packed: Digest): string {
    const { header, period, cutOff, checkpoint, leaves, frozenLeaf } = this.plan;
    return canonicalJson({
      format: 'tickmark-bundle/1',
      origin: checkpoint.origin,
      ...(header.demo === true ? { demo: true } : {}),
      engagement: { id: header.engagement.id, name: header.engagement.name },
      revision: header.revision,
      ...{ period, cutOff, leaves, frozenLeaf, files, packed },
      checkpoint: { path: pathOf(checkpoint), size: checkpoint.size },
    });
  }

  async *#leaves(): AsyncGenerator<Buffer> {
    const { from, to } = this.plan.leaves;
    for (let at = from; at < to; at += LEAVES_AT_ONCE) {
      const page = await readLeafBytes(this.database, { from: at, to: Math.min(to, at + LEAVES_AT_ONCE) });
      yield Buffer.from(page.map((leaf) => `${base64(leaf)}\n`).join(''));
      this.progress((0.1 * (at - from)) / (to - from));
    }
  }

  async #frontier() {
    const { from } = this.plan.leaves;
    const ranges = subtreesOf({ from: 0, to: from }).map(({ level, index }) => ({ from: index * 2 ** level, to: (index + 1) * 2 ** level }));
    const hashes = (await readRanges(this.database, ranges, this.plan.leaves.to)).map(base64);
    return { before: from === 0 ? null : await this.#proof(from - 1), hashes };
  }

  async #proof(index: number) {
    const { to } = this.plan.leaves;
    const [leaf] = await readLeafBytes(this.database, { from: index, to: index + 1 });
    return { leaf: base64(leaf ?? Buffer.alloc(0)), path: (await readRanges(this.database, inclusionRanges(index, to), to)).map(base64) };
  }

  async *#checkpoints(): AsyncGenerator<BundleFile> {
    const { checkpoint, leaves } = this.plan;
    const before = await checkpointsByDay(this.database, { epoch: checkpoint.epoch, ...leaves });
    for (const one of [...before, checkpoint]) yield text(pathOf(one), one.note);
  }

  async *#records(): AsyncGenerator<Buffer> {
    for await (const page of recordsOfLeaves(this.database, this.plan.leaves, TOLD)) {
      yield Buffer.from(page.map(({ leafIndex, salt, record }) => line({ leafIndex, salt: base64(salt), record })).join(''));
    }
    this.progress(0.15);
  }

  async *#earlier(): AsyncGenerator<Buffer> {
    for await (const page of evidenceAtLeaves(this.database, this.plan.earlier)) {
      for (const evidence of page) yield Buffer.from(line({ ...this.#told(evidence), ...(await this.#proof(evidence.leafIndex)) }));
    }
  }

  async *#evidence(): AsyncGenerator<Buffer> {
    const { leaves, cutOff, ahead } = this.plan;
    const whole = { from: leaves.from, to: cutOff.leafIndex + 1 };
    for await (const page of evidenceOfLeaves(this.database, whole)) {
      yield Buffer.from(page.map((evidence) => line(this.#told(evidence))).join(''));
      this.progress(0.2 + (0.4 * ((page.at(-1)?.leafIndex ?? 0) - whole.from)) / Math.max(1, whole.to - whole.from));
    }
    for await (const page of evidenceAtLeaves(this.database, ahead)) yield Buffer.from(page.map((evidence) => line(this.#told(evidence))).join(''));
  }

  #told({ leafIndex, id, deliveryId, ordinal, salt, normal }: EvidenceToBundle) {
    this.#deliveries.add(deliveryId);
    return { leafIndex, id, deliveryId, ordinal, salt: base64(salt), normal };
  }

  /** Deliveries of the same bytes share a file. */
  async *#deliveryLines(bodies: Map<string, string>): AsyncGenerator<Buffer> {
    for await (const page of deliveriesToBundle(this.database, [...this.#deliveries])) {
      const lines = page.map(({ id, feed, format, contentType, receivedAtMs, sha256, salt }) => {
        const path = sha256 === null ? null : `deliveries/${sha256}`;
        if (path !== null && !bodies.has(path)) bodies.set(path, id);
        return line({ id, feed, format, contentType, receivedAt: toInstant(receivedAtMs), path, salt: salt === null ? null : base64(salt) });
      });
      yield Buffer.from(lines.join(''));
    }
  }

  async *#body(id: string): AsyncGenerator<Buffer> {
    yield await bodyOfDelivery(this.database, id);
  }
}

const pathOf = ({ size }: { readonly size: number }): string => `checkpoints/${size}.txt`;
