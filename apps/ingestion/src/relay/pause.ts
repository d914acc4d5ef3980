/** Waiting that a shutdown cuts short. */
export class Pause {
  private readonly ending = new AbortController();

  wait(ms: number): Promise<void> {
    const { signal } = this.ending;
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done);
    });
  }

  end(): void {
    this.ending.abort();
  }
}
