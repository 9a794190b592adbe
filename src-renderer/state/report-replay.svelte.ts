/** The runs of a report's file, looked at before anything begins, then trained again and held against what the file tells. */

import { trainedAgain } from "../../src-main/contract/report-replay.ts";
import { replayIn, type ReplayBlock, type ReplayRun } from "../../src-main/contract/reports.ts";
import { SpecError } from "../../src-main/contract/checks.ts";
import type { Run, RunId } from "../../src-main/contract/nouns.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";

type Calls = Pick<Workbench, "inspectSpec" | "startRun" | "watchRun" | "run">;
export type Readiness = "looking" | "ready" | "partial" | "noHash" | "otherData" | "cannot" | "training" | "identical" | "different" | "notReplayed";
/** `failure`: what stands in the way. `run`: what the new one came to, once it is over. */
export interface ReplayLine { readonly told: ReplayRun; readonly state: Readiness; readonly failure: Error | null; readonly run: Run | null; readonly runId: RunId | null }

export class ReportReplay {
  readonly file: string;
  readonly block: ReplayBlock;
  lines = $state.raw<readonly ReplayLine[]>([]);
  isTraining = $state(false);
  readonly #workbench: Calls;

  /** Throws SpecError where the text is no report's, or of another version. */
  constructor(html: string, file: string, workbench: Calls) {
    this.file = file;
    this.block = replayIn(html, file);
    this.#workbench = workbench;
    this.lines = this.block.runs.map((told) => ({ told, state: !told.isWhole ? "partial" : told.weightHash === null ? "noHash" : "looking", failure: null, run: null, runId: null }));
  }

  readonly ready: number = $derived(this.lines.filter(({ state }) => state === "ready").length);
  readonly identical: number = $derived(this.lines.filter(({ state }) => state === "identical").length);
  readonly isDone: boolean = $derived(!this.isTraining && this.lines.some(({ state }) => state === "identical" || state === "different" || state === "notReplayed"));

  #set(at: number, change: Partial<ReplayLine>): void { this.lines = this.lines.with(at, { ...this.lines[at]!, ...change }); }

  /** Asks of each run whether it can be trained here on the same data. Starts nothing. */
  async look(): Promise<void> {
    for (const [at, { told, state }] of this.lines.entries()) {
      if (state !== "looking") continue;
      try {
        const { data, problems } = await this.#workbench.inspectSpec({ spec: told.spec });
        if (problems.length > 0) this.#set(at, { state: problems.some(({ code }) => code === "noSuchFile") ? "otherData" : "cannot", failure: new SpecError(problems) });
        else this.#set(at, { state: data?.hash === told.dataHash ? "ready" : "otherData" });
      } catch (error) {
        this.#set(at, { state: "cannot", failure: error as Error });
      }
    }
  }

  /** Trains those that can be, side by side as far as there are workers; resolves when all have ended. */
  async train(): Promise<void> {
    this.isTraining = true;
    await Promise.all(this.lines.map(async ({ told, state }, at) => {
      if (state !== "ready") return;
      this.#set(at, { state: "training" });
      try {
        const { verdict, run } = await trainedAgain(told, this.#workbench, (begun) => { this.#set(at, { runId: begun }); });
        this.#set(at, { state: verdict === "not replayed" ? "notReplayed" : verdict, run });
      } catch (error) {
        this.#set(at, { state: "notReplayed", failure: error as Error });
      }
    }));
    this.isTraining = false;
  }
}
