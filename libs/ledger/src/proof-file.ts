/** An inclusion proof together with the checkpoint that it leads to, as C2SP writes it (c2sp.org/tlog-proof). */
export interface ProofFile {
  readonly index: number;
  readonly path: readonly Uint8Array[];
  /** The leaf's bytes. */
  readonly leaf: Uint8Array;
  /** The signed checkpoint, unchanged. */
  readonly note: string;
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

export const writeProofFile = ({ index, path, leaf, note }: ProofFile): string =>
  ['c2sp.org/tlog-proof@v1', `extra ${base64(leaf)}`, `index ${index}`, ...path.map(base64), '', note].join('\n');
