/** What Home offers: the specs in the box with a look at their data, the newest runs, and the ways to begin. */

import type { Component, DataSummary, Example, Run } from "../../src-main/contract/nouns.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";

export interface Dot { readonly x: number; readonly y: number; readonly group: number }

/** Runs shown on Home. */
const recentRuns = 6;
/** A summary shows 12 rows; so many seeds make enough points to see the shape. */
const pictureSeeds = 12;

export class Beginnings {
  examples = $state.raw<readonly Example[]>([]);
  digits = $state.raw<DataSummary | null>(null);
  spirals = $state.raw<readonly Dot[]>([]);
  recent = $state.raw<readonly Run[] | null>(null);
  failure = $state.raw<Error | null>(null);
  readonly #workbench: Workbench;

  constructor(workbench: Workbench) { this.#workbench = workbench; }

  async load(): Promise<void> {
    this.failure = null;
    try {
      const [examples, runs] = await Promise.all([this.#workbench.examples({}), this.#workbench.listRuns({ limit: recentRuns })]);
      this.examples = examples;
      this.recent = runs;
      await Promise.all([this.#lookAtDigits(), this.#lookAtSpirals()]);
    } catch (error) {
      this.failure = error as Error;
    }
  }

  find(id: string): Example | undefined { return this.examples.find((example) => example.id === id); }
  /** The specs in the box that have no card of their own. */
  get others(): readonly Example[] { return this.examples.filter(({ id }) => id !== "digits" && id !== "spirals"); }

  /** A run changed or is new. */
  take(run: Run): void {
    if (this.recent === null) return;
    const at = this.recent.findIndex((other) => other.id === run.id);
    this.recent = at < 0 ? [run, ...this.recent].slice(0, recentRuns) : this.recent.with(at, run);
  }

  /** Starts the example as it is, under this name; resolves with the first run's id. */
  async start(example: Example, name: string): Promise<string> {
    const { runIds } = await this.#workbench.startRun({ experimentId: null, spec: { ...example.spec, name } });
    return runIds[0]!;
  }

  async #lookAtDigits(): Promise<void> {
    const example = this.find("digits");
    if (example !== undefined) this.digits = await this.#workbench.describeData({ data: example.spec.data });
  }

  async #lookAtSpirals(): Promise<void> {
    const example = this.find("spirals");
    if (example === undefined) return;
    const seeded = Array.from({ length: pictureSeeds }, (_, i): Component => ({ ...example.spec.data, samples: 12, seed: i + 1 }));
    const summaries = await Promise.all(seeded.map((data) => this.#workbench.describeData({ data })));
    this.spirals = summaries.flatMap((summary) => dotsOf(summary));
  }
}

/** The first rows of plane data as points; the group is the class's place in label order. */
export function dotsOf(summary: DataSummary): Dot[] {
  const names = (summary.classes ?? []).map((one) => one.name);
  return summary.firstRows.map(({ features, target }) => ({ x: features[0] ?? 0, y: features[1] ?? 0, group: Math.max(0, names.indexOf(target)) }));
}
