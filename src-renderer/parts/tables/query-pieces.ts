/** A query as pieces of ink: which letters are names, signs or values, and which are wrong. Pure. */

import type { QueryFault } from "../../../src-main/contract/query.ts";
import { isKeyword } from "../../../src-main/contract/query-tokens.ts";
import type { Token } from "../../../src-main/contract/query-tokens.ts";

export interface Piece { readonly text: string; readonly ink: "space" | "name" | "grammar" | "value"; readonly isFault: boolean }

/** Joined, the pieces are the text; a fault at the end marks one blank behind it. */
export function inkedPieces(text: string, tokens: readonly Token[], fault: QueryFault | null): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  let isValue = false;
  for (const token of tokens) {
    if (token.from > at) pieces.push({ text: text.slice(at, token.from), ink: "space", isFault: false });
    const isGrammar = token.kind === "symbol" || (token.kind === "word" && isKeyword(token.value) && token.value.toLowerCase() !== "null");
    const isFault = fault !== null && token.from >= fault.from && token.from < Math.max(fault.to, fault.from + 1);
    if (token.kind !== "end") pieces.push({ text: text.slice(token.from, token.to), ink: isGrammar ? "grammar" : isValue ? "value" : "name", isFault });
    else if (isFault) pieces.push({ text: "\u00a0", ink: "space", isFault });
    // After a sign or inside a list stands a value; after and, or, not and outside a list a name.
    isValue = isGrammar ? !/^(and|or|not|\)|\()$/i.test(token.value) || (token.value === "(" && isValue) : false;
    at = token.to;
  }
  return pieces;
}
