/** The dictionary of the chosen language, as a rune: what reads `t()` in markup changes when the language does. */

import { spoken, type LanguageName } from "../../src-main/contract/language.ts";
import { en } from "./en.ts";
import { zh } from "./zh.ts";

export type { LanguageName };
export type Words = typeof en;

const dictionaries: Readonly<Record<LanguageName, Words>> = { en, zh };

class Language {
  current = $state<LanguageName>(spoken("system", typeof navigator === "undefined" ? [] : navigator.languages));
}

/** Which language is shown: the system's until the settings are known, then what the preferences say. */
export const language = new Language();

/** The words of the chosen language: `t().run.pause`. */
export const t = (): Words => dictionaries[language.current];
