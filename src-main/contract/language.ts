/** Which of the two languages is spoken where the settings leave it to the system. */

import type { Settings } from "./nouns.ts";

export type LanguageName = Exclude<Settings["language"], "system">;

/** `preferred` are language tags as the system or the browser lists them, the dearest first; English where it names neither. */
export function spoken(setting: Settings["language"], preferred: readonly string[]): LanguageName {
  if (setting !== "system") return setting;
  const known = preferred.map((tag) => tag.toLowerCase().split(/[-_]/)[0]).find((tag) => tag === "zh" || tag === "en");
  return known === "zh" ? "zh" : "en";
}
