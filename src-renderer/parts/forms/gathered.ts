/** Problems that say the same of several lines of a file, told once. Pure. */

import type { Problem } from "../../../src-main/contract/checks.ts";
import type { Words } from "../../words/words.svelte.ts";
import { count } from "../numbers.ts";

const mostLines = 5;

/** `lines` in the order of the problems; empty where they have none. */
export interface Gathered { readonly problem: Problem; readonly lines: readonly number[] }

/** Those with equal path, sentence, file and column stand together, at the place of the first. */
export function gathered(problems: readonly Problem[]): readonly Gathered[] {
  const alike = Map.groupBy(problems, ({ path, message, at }) => JSON.stringify([path, message, at?.file ?? null, at?.column ?? null]));
  return [...alike.values()].map((own) => ({ problem: own[0]!, lines: own.flatMap(({ at }) => (at?.line === undefined ? [] : [at.line])) }));
}

/** `lines 2, 6, 10, 14, 18 and 9 more, column 3`; empty where there is no line. */
export function placeWords({ problem: { at }, lines }: Gathered, words: Words["editor"]): string {
  if (lines.length < 2) return lines.length === 0 ? "" : words.atLine(lines[0]!, at?.column);
  return words.atLines(lines.slice(0, mostLines).map(count), count(Math.max(0, lines.length - mostLines)), at?.column);
}
