/** Which of the named actions can be done now, and by whom: pages offer theirs while they are shown. Keys, palette and menu come here to have one done. */

import { actionIds, actions, type ActionId } from "../../src-main/contract/actions.ts";
import { chordOf, isLetter, Sequence } from "./shortcuts.ts";

/** What an action does here; `isReady` says whether it can be done just now (it can where absent), `cost` what it takes. */
export interface Offer { readonly act: () => void; readonly isReady?: () => boolean; readonly cost?: () => string }
export type Offers = Partial<Readonly<Record<ActionId, Offer | (() => void)>>>;

export class Actions {
  /** Whoever offered last comes first. */
  #offered = $state.raw<readonly Offers[]>([]);
  readonly #sequence = new Sequence();
  readonly #letters: () => boolean;

  /** `letters`: whether keys by themselves are shortcuts. */
  constructor(letters: () => boolean) { this.#letters = letters; }

  /** Offers these until the returned function is called. */
  offer(offers: Offers): () => void {
    this.#offered = [offers, ...this.#offered];
    return () => { this.#offered = this.#offered.filter((one) => one !== offers); };
  }

  /** Who would do it now; null where nobody can. */
  #who(id: ActionId): Offer | null {
    for (const offers of this.#offered) {
      const given = offers[id];
      if (given === undefined) continue;
      const offer = typeof given === "function" ? { act: given } : given;
      if (offer.isReady?.() ?? true) return offer;
    }
    return null;
  }

  can(id: ActionId): boolean { return this.#who(id) !== null; }
  costOf(id: ActionId): string { return this.#who(id)?.cost?.() ?? ""; }

  /** Does it; false where nobody can. */
  run(id: ActionId): boolean {
    const offer = this.#who(id);
    offer?.act();
    return offer !== null;
  }

  /** Does what the key stands for. Keys by themselves rest while the person types or answers a dialog; whatever a field or a control already took is left alone. */
  press(event: KeyboardEvent): boolean {
    if (event.defaultPrevented || event.isComposing || event.repeat && event.key.length === 1) return false;
    const chord = chordOf(event);
    const { target } = event;
    const element = target instanceof HTMLElement ? target : null;
    if (chord === null || element !== null && element.closest("dialog") !== null) return false;
    const whole = this.#sequence.take(chord, event.timeStamp, (wanted) => actionIds.some((id) => keysOf(id).includes(wanted)), (first) => !isTyping(element) && actionIds.some((id) => keysOf(id).some((keys) => keys.startsWith(`${first} `))));
    if (whole === null || rests(whole, element, this.#letters())) return false;
    const id = actionIds.find((one) => keysOf(one).includes(whole) && this.can(one));
    if (id === undefined) return false;
    event.preventDefault();
    return this.run(id);
  }
}

const keysOf = (id: ActionId): readonly string[] => actions[id].keys;
const isTyping = (element: HTMLElement | null): boolean => element !== null && (element.isContentEditable || element.matches("input:not([type='checkbox'], [type='radio'], [type='range']), textarea, select"));
/** Keys that belong to whoever has the focus: a control is pressed by Enter, a radio and a slider moved by arrows. */
const ofControls = ["enter", "arrowup", "arrowdown", "arrowleft", "arrowright", "delete", "escape"];

function rests(chord: string, element: HTMLElement | null, letters: boolean): boolean {
  if (isLetter(chord)) return !letters || isTyping(element);
  if (chord === "mod+z" || chord === "mod+shift+z" || chord === "mod+y") return isTyping(element);
  const own = chord.replace(/^shift\+/, "");
  if (!ofControls.includes(own)) return false;
  if (isTyping(element)) return true;
  if (own === "enter") return element?.matches("button, a, input, summary, [role='button']") ?? false;
  return own.startsWith("arrow") && (element?.matches("input, [role='tab'], [role='radio'], [role='slider'], [role='separator']") ?? false);
}
