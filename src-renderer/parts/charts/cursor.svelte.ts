/** Where the reader points and how far they zoomed in, on the x that all charts of a page share; with `follow` the window slides along with the newest point. */

import type { Axis, Span } from "../../../src-main/contract/chart-scale.ts";
import { dragged, panned, zoomed } from "./zoom.ts";

/** Of a chart that is not zoomed into, this share is followed. */
const followedShare = 0.2;

export class ChartCursor {
  x = $state<number | null>(null);
  #chosen = $state.raw<Span | null>(null);
  /** Asked for the newest x; `null` while nothing is followed. */
  #newest = $state.raw<(() => number) | null>(null);
  /** The part of x that is shown; `null` for the whole. */
  readonly window: Span | null = $derived.by(() => {
    if (this.#chosen === null || this.#newest === null) return this.#chosen;
    const max = this.#newest();
    return { min: max - (this.#chosen.max - this.#chosen.min), max };
  });
  /** The whole axis, as it was when the reader zoomed in. */
  #whole: Axis | null = null;

  get isFollowing(): boolean { return this.#newest !== null; }

  /** Zooms about a share of the axis shown now; a factor below 1 comes nearer. */
  zoom(axis: Axis, share: number, factor: number): void { this.#show(axis, (whole) => zoomed(axis, whole, share, factor)); }
  /** Moves by a share of what is shown. */
  pan(axis: Axis, share: number): void { this.#show(axis, (whole) => panned(axis, whole, share)); }
  /** Shows what lies between two shares of what is shown. */
  choose(axis: Axis, from: number, to: number): void { this.#show(axis, (whole) => dragged(axis, whole, from, to)); }
  reset(): void {
    this.#newest = null;
    this.#chosen = null;
    this.#whole = null;
  }

  /** Keeps the newest x at the right edge, in a window as wide as now. Moving by hand ends it. */
  follow(newest: () => number): void {
    const max = newest();
    this.#chosen ??= { min: max * (1 - followedShare), max };
    this.#newest = newest;
  }
  /** Stays where it is. */
  stay(): void {
    this.#chosen = this.window;
    this.#newest = null;
  }

  #show(axis: Axis, next: (whole: Axis) => Span | null): void {
    if (this.window === null) this.#whole = axis;
    const window = next(this.#whole ?? axis);
    if (window === null) this.reset();
    else {
      this.#newest = null;
      this.#chosen = window;
    }
  }
}
