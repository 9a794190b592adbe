/** What went wrong, in the chosen language: known codes have sentences of their own, the rest is said as the workbench said it. */

import { SpecError } from "../../src-main/contract/checks.ts";
import type { LanguageName, Words } from "../words/words.svelte.ts";

/** The sentence and, where one is known, how to mend it. */
export function failureWords(error: Pick<Error, "message">, words: Words, language: LanguageName): string {
  if (error instanceof SpecError) return [...error.problems.map((problem) => words.editor.problem(problem)), ...(language === "en" && error.hint !== "" ? [error.hint] : [])].join("\n");
  const { code, hint } = error as { code?: unknown; hint?: unknown };
  return words.failure({ code: typeof code === "string" ? code : "", message: error.message, hint: typeof hint === "string" ? hint : "" });
}
