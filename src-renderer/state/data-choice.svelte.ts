/** Which set the data page shows, and what it turned out to be. A slow answer for a set that is no longer chosen is dropped. */

import type { Component, DataSummary } from "../../src-main/contract/nouns.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";

export class DataChoice {
  /** What is chosen: `sample/iris`, `file/HASH`; empty for nothing. */
  key = $state("");
  summary = $state.raw<DataSummary | null>(null);
  failure = $state.raw<Error | null>(null);
  readonly #workbench: Pick<Workbench, "describeData">;

  constructor(workbench: Pick<Workbench, "describeData">) {
    this.#workbench = workbench;
  }

  async choose(key: string, data: Component): Promise<void> {
    this.key = key;
    this.summary = null;
    this.failure = null;
    try {
      const summary = await this.#workbench.describeData({ data });
      if (this.key === key) this.summary = summary;
    } catch (error) {
      if (this.key !== key) return;
      this.failure = error as Error;
    }
  }
}
