/** What lies over the page: at most one thing at a time. */

export type Overlay = "palette" | "keys" | "emptyTrash";

export class Overlays {
  shown = $state<Overlay | null>(null);
  show(overlay: Overlay): void { this.shown = overlay; }
  close(): void { this.shown = null; }
}
