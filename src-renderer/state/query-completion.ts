/** What could stand at a place in a query. Pure: a text and a caret in, what is wanted out. */

import { nameOf } from "../../src-main/contract/query-names.ts";
import { operators } from "../../src-main/contract/query.ts";
import { tokensOf } from "../../src-main/contract/query-tokens.ts";
import type { Token } from "../../src-main/contract/query-tokens.ts";

export interface Wanted {
  readonly kind: "name" | "operator" | "value" | "connective" | "nothing";
  /** Whose values are wanted. */
  readonly name: string;
  /** In a list of values, where no space follows. */
  readonly isListed: boolean;
  /** What is typed of it so far, and the stretch that a choice replaces. */
  readonly typed: string;
  readonly from: number;
  readonly to: number;
}

export function wantedAt(text: string, caret: number): Wanted {
  const before = tokensOf(text.slice(0, caret)).filter(({ kind }) => kind !== "end");
  const last = before.at(-1);
  const isTyping = last !== undefined && last.kind !== "symbol" && last.to === caret;
  const state = after(isTyping ? before.slice(0, -1) : before);
  if (!isTyping) return { ...state, typed: "", from: caret, to: caret };
  // A choice replaces the whole word the caret stands in.
  const whole = tokensOf(text).find(({ from }) => from === last.from)!;
  return { ...state, typed: last.value, from: last.from, to: whole.to };
}

/** What the grammar wants after these tokens. */
function after(tokens: readonly Token[]): Pick<Wanted, "kind" | "name" | "isListed"> {
  let wants: Wanted["kind"] | "list" | "comma" = "name";
  let name = "";
  let isListed = false;
  for (const token of tokens) {
    const word = token.kind === "word" ? token.value.toLowerCase() : token.kind === "symbol" ? token.value : "";
    const isText = token.kind !== "symbol";
    if (wants === "name") {
      if (word === "(" || word === "not") continue;
      [wants, name] = isText ? ["operator", token.value] : ["nothing", ""];
    } else if (wants === "operator") wants = word === "in" ? "list" : (operators as readonly string[]).includes(word) ? "value" : "nothing";
    else if (wants === "list") [wants, isListed] = word === "(" ? ["value", true] : ["nothing", false];
    else if (wants === "value") wants = !isText ? "nothing" : isListed ? "comma" : "connective";
    else if (wants === "comma") [wants, isListed] = word === "," ? ["value", true] : word === ")" ? ["connective", false] : ["nothing", false];
    else if (wants === "connective" && word !== ")") wants = word === "and" || word === "or" ? "name" : "nothing";
  }
  return { kind: wants === "list" || wants === "comma" ? "nothing" : wants, name, isListed };
}

/** The signs that make sense after a name. */
export function operatorsFor(name: string): readonly string[] {
  const named = nameOf(name);
  const isText = named.kind !== "fault" && (named.sort === "text" || named.sort === "any");
  return [...operators.filter((one) => one !== "~" || isText), "in"];
}
