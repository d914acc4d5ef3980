import type { InputFault } from '@tickmark/contracts';
import { PackedList } from '@tickmark/formats';
import type { FormatStream, ParsedItem, StreamStep } from '@tickmark/formats';
import type { Rejection } from '@tickmark/persistence';
import type { AppendLeaves } from '../append/append-leaves.js';
import type { AppendOutcome, AppendRequest, KeptEvent } from '../append/append-request.js';
import type { OpenDelivery } from '../append/open-delivery.js';
import { prepareEvents } from './prepare-events.js';
import type { Preparation } from './prepare-events.js';
import type { UploadReceipt } from './upload-receipt.js';

type Constant = 'feed' | 'format' | 'contentType' | 'headers' | 'traceparent';

interface RunOptions {
  readonly ledger: Pick<AppendLeaves, 'open' | 'appendTo'>;
  dropUnused(deliveryId: string): Promise<void>;
  newId(): string;
  readonly rules: Parameters<typeof prepareEvents>[1];
  readonly request: Pick<AppendRequest, Constant>;
}

/** A part of which more may be told. */
interface OpenPart {
  readonly delivery: OpenDelivery;
  events: number;
}

type Failure = Exclude<UploadReceipt, { outcome: 'uploaded' }>;

/** One upload from its first piece to its receipt. While a part is committed, the next one is read. */
export class RunningUpload {
  private readonly id: string;
  private readonly events = new PackedList<KeptEvent>();
  private readonly rejected = new PackedList<Rejection>();
  private readonly openParts = new Map<number, OpenPart>();
  private committing: Promise<Failure | undefined> = Promise.resolve(undefined);
  private parts = 0;
  private repeated = 0;
  private ignored = 0;
  private weight = 0;

  constructor(private readonly options: RunOptions) {
    this.id = options.newId();
  }

  async read(stream: FormatStream, pieces: AsyncIterable<Uint8Array>): Promise<UploadReceipt> {
    try {
      for await (const piece of pieces) {
        const failure = await this.takeAll(stream.take(piece));
        if (failure !== undefined) return failure;
      }
      return (await this.takeAll(stream.end())) ?? (await this.committing) ?? this.receipt();
    } finally {
      // Nobody goes on, or answers, while a commit of this delivery is still under way.
      await this.committing.catch(() => undefined);
      await this.letGo();
    }
  }

  /** Bytes that were kept for what was to be told later, which never was, or was known before. */
  private async letGo(): Promise<void> {
    if (this.openParts.size === 0 || this.events.length > this.repeated || this.rejected.length > 0) return;
    // Whatever happens here, the answer holds: at worst bytes are kept that nobody needs.
    await this.options.dropUnused(this.id).catch(() => undefined);
  }

  private receipt(): UploadReceipt {
    const { id: deliveryId, events, rejected, repeated, ignored } = this;
    return { outcome: 'uploaded', deliveryId, accepted: events.length, repeated, ignored, rejected, events };
  }

  private async takeAll(steps: Iterable<StreamStep>): Promise<Failure | undefined> {
    for (const step of steps) {
      const failure = await this.takeStep(step);
      if (failure !== undefined) return failure;
    }
    return undefined;
  }

  private takeStep(step: StreamStep): Promise<Failure | undefined> {
    switch (step.kind) {
      case 'part':
        return this.keepPart(step);
      case 'told':
        return this.keepMore(step);
      case 'announced':
        this.weight = step.items;
        return Promise.resolve(undefined);
      case 'refused':
        return this.committing.then((failure) => failure ?? step.result);
    }
  }

  private async keepPart({ bytes, items, open }: Extract<StreamStep, { kind: 'part' }>): Promise<Failure | undefined> {
    const prepared = this.prepare(items, 0);
    const failure = await this.committing;
    if (failure !== undefined) return failure;
    const part = this.parts;
    this.parts += 1;
    const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const request: AppendRequest = {
      ...this.options.request,
      ...prepared,
      deliveryId: part === 0 ? this.id : this.options.newId(),
      upload: { id: this.id, part },
      body,
      open,
    };
    this.commit(async () => {
      const { delivery, outcome } = await this.options.ledger.open(request);
      if (open) this.openParts.set(part, { delivery, events: prepared.events.length });
      return { outcome, prepared };
    });
    return undefined;
  }

  private async keepMore({ part, items }: Extract<StreamStep, { kind: 'told' }>): Promise<Failure | undefined> {
    const failure = await this.committing;
    const open = this.openParts.get(part);
    if (failure !== undefined) return failure;
    if (open === undefined) throw new Error(`More was told of part ${part}, which is not open.`);
    const prepared = this.prepare(items, open.events);
    open.events += prepared.events.length;
    const weight = this.weight;
    this.weight = 0;
    this.commit(async () => ({ outcome: await this.options.ledger.appendTo(open.delivery, prepared, weight), prepared }));
    return undefined;
  }

  private prepare(items: readonly ParsedItem[], earlier: number): Preparation {
    return prepareEvents(items, { ...this.options.rules, earlier });
  }

  private commit(work: () => Promise<{ readonly outcome: AppendOutcome; readonly prepared: Preparation }>): void {
    this.committing = work().then(({ outcome, prepared }) => {
      if (outcome.outcome !== 'kept') return outcome;
      this.count(outcome, prepared);
      return undefined;
    });
    // Looked at before the next step; until then it must not count as unhandled.
    this.committing.catch(() => undefined);
  }

  private count(kept: Extract<AppendOutcome, { outcome: 'kept' }>, { ignored, rejections }: Preparation): void {
    this.repeated += kept.repeated;
    this.ignored += ignored;
    for (const event of kept.events) this.events.add(event);
    for (const rejection of [...rejections, ...kept.rejections.map(withIndex)].sort((a, b) => a.index - b.index)) this.rejected.add(rejection);
  }
}

const withIndex = ({ index = 0, pointer, message }: InputFault): Rejection => ({ index, pointer, message });
