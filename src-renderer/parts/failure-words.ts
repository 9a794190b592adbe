/** What went wrong, in the chosen language: known codes have sentences of their own, the rest is said as the workbench said it. */

import { SpecError } from "../../src-main/contract/checks.ts";
import type { LanguageName, Words } from "../words/words.svelte.ts";

/** The sentence and, where one is known, how to mend it. */
export function failureWords(error: Pick<Error, "message">, words: Words, language: LanguageName): string {
  if (error instanceof SpecError) return [...error.problems.map((problem) => words.editor.problem(problem)), ...(language === "en" && error.hint !== "" ? [error.hint] : [])].join("\n");
  const { code, hint } = error as { code?: unknown; hint?: unknown };
  const known = typeof code === "string" && Object.hasOwn(words.failures, code) ? words.failures[code as keyof Words["failures"]] : "";
  if (known !== "" && (language !== "en" || code === "lineLost" || code === "disconnected")) return known;
  const message = error.message.charAt(0).toLocaleUpperCase() + error.message.slice(1);
  const sentence = /[.?]$/.test(message) ? message : `${message}.`;
  return language === "en" && typeof hint === "string" && hint !== "" ? `${sentence} ${hint}` : sentence;
}
