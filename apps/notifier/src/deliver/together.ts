interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Many callers, one transaction: what is asked for while a run is under way is done by the next one, together. A run
 * that fails is repeated item by item, so that nobody pays for another's fault.
 */
export class Together<Item, Result> {
  #waiting: Waiting<Item, Result>[] = [];
  #running = false;

  constructor(
    private readonly run: (items: readonly Item[]) => Promise<readonly Result[]>,
    private readonly most: number,
  ) {}

  do(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (!this.#running) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#running = true;
    // What is asked for in this turn of the event loop goes together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      await this.#runAll(this.#waiting.splice(0, this.most));
    }
    this.#running = false;
  }

  async #runAll(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.run(batch.map(({ item }) => item));
      for (const [index, { resolve }] of batch.entries()) resolve(results[index] as Result);
    } catch (error) {
      if (batch.length === 1) batch[0]?.reject(error);
      else for (const one of batch) await this.#runAll([one]);
    }
  }
}
