/** What the form and the text show of the draft besides its values: which layer is open, where the person is, where to go next. */

import { createContext } from "svelte";
import type { Draft } from "./draft.svelte.ts";

export class DraftForm {
  readonly draft: Draft;
  /** The layer whose row is open in place. */
  openLayer = $state<number | null>(null);
  /** The path of the field that has the focus; the text view marks its line. */
  focusPath = $state("");
  /** A wish to be shown a path; each wish is a new object. */
  wish = $state.raw<{ readonly path: string } | null>(null);

  constructor(draft: Draft) {
    this.draft = draft;
  }

  /** Asks form and text to show a path, opening the layer it lies in. */
  reveal(path: string): void {
    const layer = /^layers\.(\d+)/.exec(path);
    if (layer !== null) this.openLayer = Number(layer[1]);
    this.wish = { path };
  }
}

const [useDraftForm, provideDraftForm] = createContext<DraftForm>();
export { provideDraftForm, useDraftForm };
