/** Turns many requests to repaint into few: the last one always comes, and never sooner than `restMs` after the one before. Knows no canvas. */

export class Pacer {
  #last = -Infinity;
  #isDue = false;
  #cancel: () => void = () => undefined;
  readonly #paint: () => void;
  readonly #restMs: () => number;
  readonly #now: () => number;
  readonly #later: (run: () => void, ms: number) => () => void;

  /** `restMs` may change with what a repaint turned out to cost. */
  constructor(paint: () => void, restMs: number | (() => number), now: () => number, later: (run: () => void, ms: number) => () => void) {
    this.#paint = paint;
    this.#restMs = typeof restMs === "number" ? () => restMs : restMs;
    this.#now = now;
    this.#later = later;
  }

  /** Asks for a repaint: at the next frame, or when the rest is over. */
  ask(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    this.#cancel = this.#later(() => {
      this.#isDue = false;
      this.#last = this.#now();
      this.#paint();
    }, Math.max(0, this.#last + this.#restMs() - this.#now()));
  }

  /** Forgets what was asked for. */
  stop(): void { this.#cancel(); this.#isDue = false; }
}

/**
 * Shares animation frames among many painters: into one frame goes what has been asked for, in its order, until `budgetMs` are spent, and at least one piece; the
 * rest into the next ones. So four charts that are due at once make no long frame.
 */
export class Frames {
  readonly #waiting = new Set<() => void>();
  #isRequested = false;
  readonly #request: (run: () => void) => void;
  readonly #now: () => number;
  readonly #budgetMs: number;

  constructor(request: (run: () => void) => void, now: () => number, budgetMs: number) {
    this.#request = request;
    this.#now = now;
    this.#budgetMs = budgetMs;
  }

  /** Runs it once; the returned function prevents it. */
  ask(run: () => void): () => void {
    const piece = (): void => { run(); };
    this.#waiting.add(piece);
    this.#next();
    return () => { this.#waiting.delete(piece); };
  }

  #next(): void {
    if (this.#isRequested || this.#waiting.size === 0) return;
    this.#isRequested = true;
    this.#request(() => {
      this.#isRequested = false;
      const until = this.#now() + this.#budgetMs;
      try {
        for (const piece of [...this.#waiting]) {
          if (!this.#waiting.delete(piece)) continue;
          piece();
          if (this.#now() >= until) break;
        }
      } finally { this.#next(); }
    });
  }
}

/** The window's own: half of what a frame may take, the browser needs the other half. */
const frames = new Frames((run) => { requestAnimationFrame(run); }, () => performance.now(), 8);

/** After `ms`, in an animation frame; the returned function prevents it. */
export function onFrame(run: () => void, ms: number): () => void {
  let forget: () => void = () => undefined;
  const timer = setTimeout(() => { forget = frames.ask(run); }, ms);
  return () => { clearTimeout(timer); forget(); };
}
