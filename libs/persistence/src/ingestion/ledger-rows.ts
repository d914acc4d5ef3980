/** What one append writes; indices and times were given under the lock of the head row. */
export interface DeliveryRow {
  readonly id: string;
  readonly feedId: number;
  readonly format: string;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly sha256: Buffer;
  /** Null when it brought nothing new and nothing was refused. */
  readonly body: Buffer | null;
  readonly salt: Buffer | null;
  readonly counts: DeliveryCounts;
  /** At most 100. */
  readonly rejections: readonly Rejection[];
  /** Of a large delivery that comes in parts. */
  readonly upload?: UploadPart | undefined;
}

/** Which part of which large delivery. */
export interface UploadPart {
  /** Id of its first part. */
  readonly id: string;
  readonly part: number;
}

export interface DeliveryCounts {
  /** Repeats included. */
  readonly accepted: number;
  readonly repeated: number;
  readonly ignored: number;
  readonly rejected: number;
}

export interface Rejection {
  readonly index: number;
  readonly pointer: string;
  readonly message: string;
}

/** What a later part of the same delivery adds. */
export interface DeliveryAddition {
  readonly id: string;
  readonly receivedAtMs: number;
  readonly counts: DeliveryCounts;
  readonly rejections: readonly Rejection[];
}

export interface IdentityKey {
  readonly feedId: number;
  readonly sourceId: number;
  readonly eventId: string;
}

export interface EvidenceRow extends IdentityKey {
  readonly leafIndex: number;
  readonly leaf: Buffer;
  readonly id: string;
  readonly deliveryId: string;
  readonly ordinal: number;
  readonly type: string;
  readonly subject: string | null;
  readonly timeMs: number;
  readonly timeAssumed: boolean;
  readonly tooOld: boolean;
  readonly normal: string;
  readonly salt: Buffer;
  readonly contentHash: Buffer;
  readonly traceparent: string;
}

export interface ConflictRow extends IdentityKey {
  readonly leafIndex: number;
  readonly leaf: Buffer;
  readonly id: string;
  readonly deliveryId: string;
  readonly ordinal: number;
  readonly contentHash: Buffer;
  readonly firstEvidenceId: string;
  readonly normal: string;
  readonly salt: Buffer;
  readonly feedName: string;
}

export interface LedgerHead {
  readonly epoch: number;
  readonly nextIndex: number;
  /** The ledger clock: the database's time, never before that of an earlier append. */
  readonly clockMs: number;
}

export interface KnownIdentity extends IdentityKey {
  readonly contentHash: Buffer;
  readonly evidenceId: string;
}

export interface WaitingRecord {
  readonly id: number;
  readonly kind: number;
  readonly payload: unknown;
}

export interface RecordLeaf {
  readonly intakeId: number;
  readonly leafIndex: number;
  readonly kind: number;
  readonly leaf: Buffer;
  readonly leafId: string;
  readonly salt: Buffer;
}
