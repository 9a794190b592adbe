/** The dictionary of the chosen language, as a rune: what reads `t()` in markup changes when the language does. */

import { en } from "./en.ts";
import { zh } from "./zh.ts";

export type Words = typeof en;
export type LanguageName = "en" | "zh";

const dictionaries: Readonly<Record<LanguageName, Words>> = { en, zh };

class Language {
  current = $state<LanguageName>("en");
}

/** Which language is shown; set by the preferences alone. */
export const language = new Language();

/** The words of the chosen language: `t().run.pause`. */
export const t = (): Words => dictionaries[language.current];
