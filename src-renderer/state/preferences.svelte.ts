/** Language and theme: kept by the workbench, shown by the page's root element. */

import { language } from "../words/words.svelte.ts";
import type { Settings } from "../../src-main/contract/nouns.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";

/** The page's root as far as preferences touch it. */
export interface Root { lang: string; readonly dataset: Record<string, string | undefined> }

export class Preferences {
  settings = $state.raw<Settings>({ parallel: null, language: "en", theme: "system", runTable: null, views: [], charts: {} });
  readonly #workbench: Workbench;
  readonly #root: Root;

  constructor(workbench: Workbench, root: Root) {
    this.#workbench = workbench;
    this.#root = root;
  }

  async load(): Promise<void> { this.#take(await this.#workbench.settings({})); }

  /** Shows the change at once, and takes it back if the workbench refuses. Rejects with the reason. */
  async change(change: Partial<Settings>): Promise<void> {
    const before = this.settings;
    this.#take({ ...before, ...change });
    try {
      this.#take(await this.#workbench.changeSettings(change));
    } catch (error) {
      this.#take(before);
      throw error;
    }
  }

  #take(settings: Settings): void {
    this.settings = settings;
    language.current = settings.language;
    this.#root.lang = settings.language === "zh" ? "zh-CN" : "en";
    if (settings.theme === "system") delete this.#root.dataset["theme"];
    else this.#root.dataset["theme"] = settings.theme;
  }
}
