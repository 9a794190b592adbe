/** The tour: which step comes next, and what it does. It really trains; what it has done is kept by the workbench, so that it goes on after a restart. */

import { SpecError, StoreError } from "../../src-main/contract/checks.ts";
import { isOver, type Component, type ExperimentId, type Run, type RunId, type Tour } from "../../src-main/contract/nouns.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import { t } from "../words/words.svelte.ts";
import type { Preferences } from "./preferences.svelte.ts";
import type { Route } from "./route.svelte.ts";

export const tourSteps = ["train", "gap", "close", "sure", "done"] as const satisfies readonly Tour["at"][];
/** As many seeds of each as a comparison wants. */
const seeds = 5;
const keepProb = 0.7;

export class TourGuide {
  /** The runs of the step under way, as they change. */
  plain = $state.raw<Run | null>(null);
  dropout = $state.raw<Run | null>(null);
  /** All runs of the last step, as they change. */
  many = $state.raw<readonly Run[]>([]);
  isBusy = $state(false);
  failure = $state.raw<Error | null>(null);
  readonly #workbench: Workbench;
  readonly #route: Route;
  readonly #preferences: Preferences;

  constructor({ workbench, route, preferences }: { readonly workbench: Workbench; readonly route: Route; readonly preferences: Preferences }) {
    this.#workbench = workbench;
    this.#route = route;
    this.#preferences = preferences;
  }

  get state(): Tour { return this.#preferences.settings.tour ?? { at: "train", isOpen: false, plain: null, dropout: null }; }
  get isOpen(): boolean { return this.state.isOpen; }
  get isBegun(): boolean { return this.#preferences.settings.tour !== null; }
  /** A step's runs train: the next one waits for them. */
  get isTraining(): boolean {
    const { at } = this.state;
    const awaited = at === "gap" ? [this.plain] : at === "sure" ? [this.dropout] : at === "done" ? this.many : [];
    return awaited.some((run) => run !== null && !isOver(run.state));
  }
  /** The run that a step waited for did not come to its end. */
  get isStuck(): boolean {
    const { at } = this.state;
    const run = at === "gap" ? this.plain : at === "sure" ? this.dropout : null;
    return run !== null && isOver(run.state) && run.state !== "finished";
  }

  /** Where it was left; from the beginning where it was done, or where its runs are gone. */
  async open(): Promise<void> {
    await this.#try(async () => {
      const { state } = this;
      if (state.at === "done" || !await this.#find(state)) await this.#begin();
      else await this.#keep({ ...state, isOpen: true });
      this.#route.go(this.state.at === "train" ? "/" : this.#placeOf(this.state));
    });
  }

  /** Its runs are read again, after a restart. */
  async load(): Promise<void> { if (this.isOpen) await this.#try(async () => { if (!await this.#find(this.state)) await this.#begin(); }); }

  async leave(): Promise<void> { await this.#try(() => this.#keep({ ...this.state, isOpen: false })); }
  async restart(): Promise<void> { await this.#try(() => this.#begin()); }

  async #begin(): Promise<void> {
    this.plain = this.dropout = null;
    this.many = [];
    await this.#keep({ at: "train", isOpen: true, plain: null, dropout: null });
  }

  /** A run changed. */
  take(run: Run): void {
    if (run.id === this.state.plain) this.plain = run;
    if (run.id === this.state.dropout) this.dropout = run;
    if (this.many.some(({ id }) => id === run.id)) this.many = this.many.map((one) => (one.id === run.id ? run : one));
  }

  /** Does the step under way and goes on to the next. */
  async next(): Promise<void> {
    const { state } = this;
    await this.#try(async () => {
      switch (state.at) {
        case "train": {
          const { id } = await this.#workbench.createExperiment({ name: t().tour.experiment, question: t().tour.question });
          this.plain = await this.#train(t().tour.plainName, [], id);
          await this.#keep({ ...state, at: "gap", plain: this.plain.id });
          break;
        }
        case "gap": await this.#keep({ ...state, at: "close" }); return;
        case "close": {
          this.dropout = await this.#train(t().tour.dropoutName, [{ kind: "dropout", keepProb }], this.plain?.experimentId ?? null);
          await this.#keep({ ...state, at: "sure", dropout: this.dropout.id });
          break;
        }
        case "sure": {
          await this.#workbench.matchSeeds({ groups: [[state.plain!], [state.dropout!]], seeds });
          await this.#keep({ ...state, at: "done" });
          await this.#findMany();
          break;
        }
        case "done": await this.#keep({ ...state, isOpen: false }); return;
      }
      this.#route.go(this.#placeOf(this.state));
    });
  }

  #placeOf({ at, plain, dropout }: Tour): string {
    if (at === "done" && this.many.length > 0) return `/compare/${this.many.map(({ id }) => id).join(",")}?metric=validation%2Faccuracy&baseline=${plain!}`;
    return at === "sure" ? `/runs/${dropout!}` : `/runs/${plain!}`;
  }

  /** The digits in the box with one hidden layer, `between` behind it, and most rows kept for validation, so that the gap shows. */
  async #train(name: string, between: readonly Component[], experimentId: ExperimentId | null): Promise<Run> {
    const example = (await this.#workbench.examples({})).find(({ id }) => id === "digits");
    if (example === undefined) throw new StoreError("noSuchFile", "the digits example is missing", {}, "Install Descent again.");
    const { spec } = example;
    const layers = spec.layers.filter(({ kind }) => kind !== "dropout");
    const { runIds } = await this.#workbench.startRun({
      experimentId,
      spec: { ...spec, name, layers: [...layers.slice(0, -1), ...between, ...layers.slice(-1)], split: { ...spec.split, validation: 0.6, test: 0.1 }, train: { ...spec.train, openTest: false } },
    });
    return this.#workbench.run({ runId: runIds[0]! });
  }

  async #find({ plain, dropout, at }: Tour): Promise<boolean> {
    try {
      [this.plain, this.dropout] = await Promise.all([plain, dropout].map((id) => (id === null ? null : this.#read(id)))) as [Run | null, Run | null];
      if (at === "done") await this.#findMany();
      return [this.plain, this.dropout].every((run) => run === null || run.trashedMs === null);
    } catch (error) {
      if (error instanceof StoreError || error instanceof SpecError || (error as { code?: string }).code === "noSuchRun") return false;
      throw error;
    }
  }

  #read(runId: RunId): Promise<Run> { return this.#workbench.run({ runId }); }

  async #findMany(): Promise<void> {
    const { plain, dropout } = this;
    if (plain === null || dropout === null) return;
    const groups = [plain.groupId, dropout.groupId];
    this.many = (await this.#workbench.listRuns({ experimentId: plain.experimentId })).filter(({ groupId }) => groups.includes(groupId)).reverse();
  }

  async #keep(tour: Tour): Promise<void> { await this.#preferences.change({ tour }); }

  async #try(deed: () => Promise<void>): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    this.failure = null;
    try { await deed(); } catch (error) { this.failure = error as Error; } finally { this.isBusy = false; }
  }
}
