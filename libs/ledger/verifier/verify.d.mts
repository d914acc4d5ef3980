/** Every cause for which a bundle is rejected, with the exit code of its own. */
export declare const CAUSES: Readonly<Record<string, number>>;

/** Where the verifier lies, as a URL: whoever makes a bundle puts a copy of it in. */
export declare const SOURCE: string;

/** A reason to reject. */
export declare class Rejected extends Error {
  /** One of `CAUSES`. */
  readonly cause: string;
  /** A path in the bundle, with a line where there is one; empty: the ZIP as such. */
  readonly where: string;
}

export interface PinnedKey {
  readonly name: string;
  readonly id: string;
  readonly publicKey: Uint8Array;
}

/** Pinned keys, one in a line; undefined where a line is none. */
export declare function readKeys(text: string): readonly PinnedKey[] | undefined;

export interface Verified {
  readonly origin: string;
  readonly engagement: { readonly id: string; readonly name: string };
  readonly revision: number;
  readonly period: { readonly from: string; readonly to: string };
  readonly demo: boolean;
  readonly size: number;
  readonly checkpoints: number;
  readonly pinned: boolean;
  readonly leaves: number;
  readonly evidence: number;
  readonly earlier: number;
  readonly records: number;
  readonly deliveries: number;
}

export interface VerifyOptions {
  readonly keys: readonly PinnedKey[];
  /** A signed checkpoint that was received elsewhere. */
  readonly checkpoint?: string | undefined;
  /** 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

/** Resolves when everything holds; throws `Rejected`, and nothing else, at the first thing that does not. */
export declare function verifyBundle(path: string, options: VerifyOptions): Promise<Verified>;

export declare function sayGood(found: Verified): string;
export declare function sayBad(error: Rejected): string;
export declare function goodAsJson(found: Verified): string;
export declare function badAsJson(error: Rejected): string;
