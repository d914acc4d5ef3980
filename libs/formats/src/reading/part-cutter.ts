/** Cuts the bytes of a stream into the parts that are kept; holds no more than the part that is open. */
export class PartCutter {
  private pieces: Uint8Array[] = [];
  private held = 0;
  private from = 0;

  /** Where the open part begins, in bytes from the beginning of the stream. */
  get start(): number {
    return this.from;
  }

  get bytes(): number {
    return this.held;
  }

  add(piece: Uint8Array): void {
    this.pieces.push(piece);
    this.held += piece.length;
  }

  /** The open part up to there; what follows opens the next one. */
  cutAt(until: number): Uint8Array {
    const all = Buffer.concat(this.pieces, this.held);
    const size = until - this.from;
    this.pieces = size < all.length ? [all.subarray(size)] : [];
    this.held -= size;
    this.from = until;
    return all.subarray(0, size);
  }
}
