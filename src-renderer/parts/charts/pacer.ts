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

/** After `ms`, on the next animation frame; the returned function prevents it. */
export function onFrame(run: () => void, ms: number): () => void {
  let frame = 0;
  const timer = setTimeout(() => { frame = requestAnimationFrame(run); }, ms);
  return () => { clearTimeout(timer); cancelAnimationFrame(frame); };
}
