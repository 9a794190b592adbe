/** Where the reader points and how far they zoomed in, on the x that all charts of a page share. */

import type { Axis, Span } from "../../../src-main/contract/chart-scale.ts";
import { dragged, panned, zoomed } from "./zoom.ts";

export class ChartCursor {
  x = $state<number | null>(null);
  /** The part of x that is shown; `null` for the whole. */
  window = $state.raw<Span | null>(null);
  /** The whole axis, as it was when the reader zoomed in. */
  #whole: Axis | null = null;

  /** Zooms about a share of the axis shown now; a factor below 1 comes nearer. */
  zoom(axis: Axis, share: number, factor: number): void { this.#show(axis, (whole) => zoomed(axis, whole, share, factor)); }
  /** Moves by a share of what is shown. */
  pan(axis: Axis, share: number): void { this.#show(axis, (whole) => panned(axis, whole, share)); }
  /** Shows what lies between two shares of what is shown. */
  choose(axis: Axis, from: number, to: number): void { this.#show(axis, (whole) => dragged(axis, whole, from, to)); }
  reset(): void {
    this.window = null;
    this.#whole = null;
  }

  #show(axis: Axis, next: (whole: Axis) => Span | null): void {
    if (this.window === null) this.#whole = axis;
    const window = next(this.#whole ?? axis);
    if (window === null) this.reset();
    else this.window = window;
  }
}
