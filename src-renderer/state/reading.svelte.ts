/** How charts are read: what stands on x, which scales, how smooth. One for the whole session, so that going from run to run changes nothing. */

import type { Smoothing } from "../../src-main/contract/nouns.ts";
import type { XKind } from "../../src-main/contract/x-axis.ts";

/** The slider's stops: over about how many points the average looks back, 1/(1 − β). */
export const windows = [2, 3, 5, 7, 10, 14, 20, 30, 50, 70, 100, 140, 200, 300, 500, 700, 1000] as const;

export class Reading {
  x = $state<XKind>("epoch");
  isXLog = $state(false);
  /** `auto`: what suits the metric. */
  y = $state<"auto" | "linear" | "log" | "symlog">("auto");
  kind = $state<Smoothing["kind"]>("ewma");
  /** Which of `windows`. */
  stop = $state(2);
  isSmooth = $state(false);

  get points(): number { return windows[this.stop]!; }
  /** β of the average, rounded so that what is shown is what is used. */
  readonly #beta = $derived(Number((1 - 1 / windows[this.stop]!).toFixed(4)));
  /** The share kept from one point to the next; `null` while smoothing is off. */
  get beta(): number | null { return this.isSmooth ? this.#beta : null; }
  get shownBeta(): number { return this.#beta; }
  /** Of a Gaussian: nineteen in twenty of its weight lie within about as many points as the slider says. */
  get deviation(): number { return windows[this.stop]! / 4; }
  /** What is asked of the workbench; `null` while smoothing is off. */
  readonly #smoothing: Smoothing = $derived(this.kind === "gaussian" ? { kind: "gaussian", deviation: windows[this.stop]! / 4 } : { kind: this.kind, beta: this.#beta });
  get smoothing(): Smoothing | null { return this.isSmooth ? this.#smoothing : null; }

  /** The slider's place: 0 is off. */
  get place(): number { return this.isSmooth ? this.stop + 1 : 0; }
  slide(place: number): void {
    this.isSmooth = place > 0;
    if (place > 0) this.stop = Math.min(place, windows.length) - 1;
  }
  toggle(): void { this.isSmooth = !this.isSmooth; }
}
