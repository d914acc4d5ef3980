/** What the outside may rely on, as far as specs look at it; written by hand so that a changed answer is noticed. */

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
  readonly judgedUntil: string | null;
}

interface Rejection {
  readonly index: number;
  readonly pointer: string;
  readonly message: string;
}

export interface Received {
  readonly deliveryId: string;
  readonly accepted: number;
  readonly ignored: number;
  readonly rejected: readonly Rejection[];
  readonly events: readonly { readonly index: number; readonly id: string; readonly evidenceId: string }[];
}

export interface Evidence {
  readonly id: string;
  readonly deliveryId: string;
  readonly feed: string;
  readonly receivedAt: string;
  readonly timeAssumed: boolean;
  readonly tooOld: boolean;
  readonly unchanged: boolean;
  readonly event: {
    readonly id: string;
    readonly source: string;
    readonly type: string;
    readonly subject?: string;
    readonly time: string;
    readonly data: Readonly<Record<string, unknown>>;
  };
}

export interface Delivery {
  readonly id: string;
  readonly accepted: number;
  readonly judged: number;
  readonly pending: number;
  readonly notJudged: number;
  readonly ignored: number;
  readonly rejected: number;
  readonly deadLettered: number;
}

export interface KeyState {
  readonly key: string;
  readonly check: string;
  readonly state: string;
  readonly since: string;
  readonly reason?: string;
  readonly evidenceId?: string;
}

export interface Segment {
  readonly key: string | null;
  readonly check: string | null;
  readonly state: string;
  readonly from: string;
  readonly to: string;
  readonly reason?: string;
  readonly evidenceId?: string;
}

export interface Deviation {
  readonly id: string;
  readonly control: string;
  readonly check: string;
  readonly key: string;
  readonly status: string;
  readonly severity: string;
  readonly occurredAt: string;
  readonly detectedAt: string;
  readonly notifiedAt: string | null;
  readonly remediatedAt: string | null;
  readonly verifiedAt: string | null;
  readonly evidenceIds: readonly string[];
}

export interface Gap {
  readonly id: string;
  readonly cause: string;
  readonly feed?: string;
  readonly from: string;
  readonly to: string | null;
  readonly status: string;
  readonly controls: readonly string[];
}

export interface RegisteredFeed {
  readonly id: string;
  readonly name: string;
  readonly apiKey?: string;
}

export interface Engagement {
  readonly id: string;
  readonly name: string;
}

export interface Credentials {
  readonly admin: { readonly email: string; readonly password: string };
  readonly apiKeys: Readonly<Record<'integration' | 'dashboard' | 'auditor' | 'admin', string>>;
}
