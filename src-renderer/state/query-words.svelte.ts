/** The list under the query field: what could stand at the caret, which of it is chosen, and the text after a choice. */

import { printLiteral, wordFor } from "../../src-main/contract/query.ts";
import { nameOf } from "../../src-main/contract/query-names.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import { operatorsFor, wantedAt } from "./query-completion.ts";
import type { Wanted } from "./query-completion.ts";
import type { Later } from "./run-table.svelte.ts";

const typingMs = 80;

export class QueryWords {
  /** Ready to stand in the query. */
  options = $state.raw<readonly string[]>([]);
  /** The option that Enter takes; −1 is none. */
  active = $state(-1);
  readonly #workbench: Workbench;
  readonly #later: Later;
  #asked = 0;
  #prevent: () => void = () => undefined;

  constructor(workbench: Workbench, later: Later) {
    this.#workbench = workbench;
    this.#later = later;
  }

  /** Looks for what could stand at the caret, as soon as the person pauses. */
  look(text: string, caret: number): void {
    this.#prevent();
    const asked = ++this.#asked;
    this.#prevent = this.#later(() => void this.#find(wantedAt(text, caret), asked), typingMs);
  }

  close(): void {
    this.#prevent();
    this.#asked++;
    this.options = [];
    this.active = -1;
  }

  /** Round the list and back to none. */
  move(by: 1 | -1): void {
    const places = this.options.length + 1;
    this.active = ((this.active + 1 + by + places) % places) - 1;
  }

  /** The text with an option in the place of the word the caret stands in, and where the caret goes. */
  take(text: string, caret: number, option: string): { readonly text: string; readonly caret: number } {
    const { from, to, isListed } = wantedAt(text, caret);
    const put = isListed ? option : `${option} `;
    const rest = isListed ? text.slice(to) : text.slice(to).replace(/^ /, "");
    this.close();
    return { text: text.slice(0, from) + put + rest, caret: from + put.length };
  }

  async #find(wanted: Wanted, asked: number): Promise<void> {
    const found = await this.#wordsFor(wanted);
    if (asked !== this.#asked) return;
    // A list that offers only what stands there already is in the way.
    this.options = found.length === 1 && found[0] === wanted.typed ? [] : found;
    this.active = -1;
  }

  async #wordsFor({ kind, name, typed }: Wanted): Promise<readonly string[]> {
    const begins = (word: string): boolean => word.startsWith(typed.toLowerCase());
    switch (kind) {
      case "name": return (await this.#ask(null, typed)).map((word) => wordFor(String(word)));
      case "value": return nameOf(name).kind === "fault" ? [] : (await this.#ask(name, typed)).map(printLiteral);
      case "operator": return operatorsFor(name).filter(begins);
      case "connective": return ["and", "or"].filter(begins);
      case "nothing": return [];
      default: return kind satisfies never;
    }
  }

  /** A list that cannot be had is no list; the query itself tells what is wrong with the line. */
  #ask(name: string | null, contains: string): Promise<readonly (string | number)[]> {
    return this.#workbench.queryWords({ name, contains: contains.slice(0, 200) }).catch(() => []);
  }
}
