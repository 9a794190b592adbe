/** What the person prefers: kept by the workbench, shown by the page's root element. */

import { defaultSettings } from "../../src-main/contract/default-settings.ts";
import { spoken, type LanguageName } from "../../src-main/contract/language.ts";
import { language } from "../words/words.svelte.ts";
import type { Settings } from "../../src-main/contract/nouns.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";

/** The page's root as far as preferences touch it. */
export interface Root { lang: string; readonly dataset: Record<string, string | undefined> }

/** What the machine's own settings ask for: its languages, the dearest first, and whether it is dark now. */
export interface SystemWishes { readonly languages: readonly string[]; readonly isDark: () => boolean }

export class Preferences {
  settings = $state.raw<Settings>(defaultSettings);
  #kept: Settings = defaultSettings;
  #asked: readonly Partial<Settings>[] = [];
  readonly #workbench: Workbench;
  readonly #root: Root;
  readonly #system: SystemWishes;

  constructor(workbench: Workbench, root: Root, system: SystemWishes) {
    this.#workbench = workbench;
    this.#root = root;
    this.#system = system;
  }

  async load(): Promise<void> {
    this.#kept = await this.#workbench.settings({});
    this.#show();
  }

  /** The language that is spoken, whoever chose it. */
  get language(): LanguageName { return spoken(this.settings.language, this.#system.languages); }
  /** What is shown is dark, whoever chose it. */
  get isDark(): boolean { return this.settings.theme === "system" ? this.#system.isDark() : this.settings.theme === "dark"; }

  /** Shows the change at once, and takes it back if the workbench refuses. Rejects with the reason. */
  async change(change: Partial<Settings>): Promise<void> {
    this.#asked = [...this.#asked, change];
    this.#show();
    try {
      this.#kept = await this.#workbench.changeSettings(change);
    } finally {
      this.#asked = this.#asked.filter((one) => one !== change);
      this.#show();
    }
  }

  /** What is kept, and over it what was asked for since: the answer to one change takes back no later one. */
  #show(): void {
    const settings: Settings = Object.assign({}, this.#kept, ...this.#asked);
    this.settings = settings;
    language.current = this.language;
    this.#root.lang = this.language === "zh" ? "zh-CN" : "en";
    const { dataset } = this.#root;
    dataset["density"] = settings.density;
    dataset["motion"] = settings.motion;
    // Without one the sheet of styles follows the system.
    if (settings.theme === "system") delete dataset["theme"];
    else dataset["theme"] = settings.theme;
  }
}
