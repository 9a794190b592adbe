/** A stream of the workbench followed over breaks of the line: what was heard last is where it goes on. */

export class Following<Event> {
  readonly #settle: () => Promise<void>;
  #isLeft = false;
  #stream: AsyncIterator<Event> | null = null;

  /** `settle` resolves when asking makes sense again after a break. */
  constructor(settle: () => Promise<void>) { this.#settle = settle; }

  get isLeft(): boolean { return this.#isLeft; }

  /**
   * Hears events until `leave` is called, or `isOver` says after an orderly end that there is nothing more to hear; `open` is asked again after each break.
   * Resolves with what the workbench itself refuses (there is no such thing), null otherwise.
   */
  async follow(open: () => AsyncIterable<Event> | Promise<AsyncIterable<Event>>, take: (event: Event) => void, isOver: () => boolean): Promise<Error | null> {
    this.#isLeft = false;
    while (!this.#isLeft) {
      try {
        const events = await open();
        if (this.#isLeft) return null;
        const stream = events[Symbol.asyncIterator]();
        this.#stream = stream;
        for (let item = await stream.next(); item.done !== true; item = await stream.next()) {
          if (this.#isLeft) return null;
          take(item.value);
        }
        if (isOver()) return null;
      } catch (error) {
        if (!isBreak(error)) return error as Error;
      }
      if (!this.#isLeft) await this.#settle();
    }
    return null;
  }

  /** Stops listening; the workbench's side is told. */
  leave(): void {
    this.#isLeft = true;
    void this.#stream?.return?.();
    this.#stream = null;
  }
}

/** A broken line, as against an answer that says no. */
function isBreak(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === "lineLost" || code === "disconnected";
}
