/** The small curves of the lines in sight: each is read once, and again when its runs have changed. */

import type { GroupSeries } from "../../src-main/contract/comparison.ts";
import type { RunId } from "../../src-main/contract/nouns.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import type { Later } from "./run-table.svelte.ts";

/** As many as a small picture has room for. */
const points = 40;
/** A person who scrolls is waited for. */
const restMs = 120;

/** A line of the table: its runs, and a mark that changes when they do. */
export interface Wanted { readonly id: string; readonly runIds: readonly RunId[]; readonly mark: string }

export class Sparklines {
  #known = $state.raw<ReadonlyMap<string, { readonly mark: string; readonly series: GroupSeries | undefined }>>(new Map());
  readonly #workbench: Workbench;
  readonly #later: Later;
  #prevent: () => void = () => undefined;

  constructor(workbench: Workbench, later: Later) {
    this.#workbench = workbench;
    this.#later = later;
  }

  of(id: string, metric: string): GroupSeries | undefined { return this.#known.get(`${id} ${metric}`)?.series; }

  /** Asks for what is in sight and not known as it is now. */
  want(lines: readonly Wanted[], metrics: readonly string[]): void {
    this.#prevent();
    const missing = metrics.map((metric) => ({ metric, lines: lines.filter(({ id, mark }) => this.#known.get(`${id} ${metric}`)?.mark !== mark) })).filter((one) => one.lines.length > 0);
    if (missing.length > 0) this.#prevent = this.#later(() => void Promise.all(missing.map((one) => this.#read(one.metric, one.lines))), restMs);
  }

  leave(): void { this.#prevent(); }

  /** A picture that cannot be had is left out: the cell beside it has the number. */
  async #read(metric: string, lines: readonly Wanted[]): Promise<void> {
    const found = await this.#workbench.readGroups({ groups: lines.map(({ runIds }) => runIds), metrics: [metric], x: "epoch", points }).catch(() => []);
    const next = new Map(this.#known);
    const byLine = new Map(found.map((series) => [series.group, series]));
    lines.forEach(({ id, mark }, i) => { next.set(`${id} ${metric}`, { mark, series: byLine.get(i) }); });
    this.#known = next;
  }
}
