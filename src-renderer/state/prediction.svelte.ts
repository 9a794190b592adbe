/** Asking a saved network: the row being filled in, the file being read, and what came of it. Knows no page. */

import type { NewRows, Prediction } from "../../src-main/contract/models.ts";
import type { DataSummary, Run } from "../../src-main/contract/nouns.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import type { GivenFile } from "./data-files.svelte.ts";

/** More numbers than these are no form any more. */
export const mostFields = 64;

export class PredictionDesk {
  phase = $state<"closed" | "loading" | "ready" | "failed">("closed");
  kind = $state<"row" | "csv">("row");
  data = $state.raw<DataSummary | null>(null);
  /** What stands in the fields: numbers, or texts that are none; and each as it was typed, null where it came from the data. */
  values = $state.raw<readonly (number | string)[]>([]);
  typed = $state.raw<readonly (string | null)[]>([]);
  /** Which of the rows that were set aside stands in the form; null once a number was changed. */
  from = $state<number | null>(null);
  answer = $state.raw<Prediction | null>(null);
  failure = $state.raw<Error | null>(null);
  busy = $state(false);
  /** The file that was asked about last. */
  fileName = $state("");
  readonly #workbench: Pick<Workbench, "describeRunData" | "predictRows">;
  readonly #run: Pick<Run, "id">;
  #asked = 0;
  #next = 0;

  constructor(workbench: Pick<Workbench, "describeRunData" | "predictRows">, run: Pick<Run, "id">) {
    this.#workbench = workbench;
    this.#run = run;
  }

  /** Reads what a row is, once; again after a failure. */
  async open(): Promise<void> {
    if (this.phase === "loading" || this.phase === "ready") return;
    this.phase = "loading";
    try {
      this.data = await this.#workbench.describeRunData({ runId: this.#run.id });
      if (this.data.featureNames.length > mostFields) this.kind = "csv";
      this.another();
      this.phase = "ready";
    } catch (error) {
      this.failure = error as Error;
      this.phase = "failed";
    }
  }

  /** Fills the form with the next of the rows that were set aside. */
  another(): void {
    const rows = this.data?.firstRows ?? [];
    if (rows.length === 0) return;
    this.from = this.#next % rows.length;
    this.#next++;
    this.values = rows[this.from]!.features;
    this.typed = this.values.map(() => null);
    this.#forget();
  }

  /** `value` is what the typed text means. */
  set(at: number, typed: string, value: number | string): void {
    this.values = this.values.map((old, i) => (i === at ? value : old));
    this.typed = this.typed.map((old, i) => (i === at ? typed : old));
    this.from = null;
    this.#forget();
  }

  choose(kind: "row" | "csv"): void {
    this.kind = kind;
    this.#forget();
  }

  /** Features whose field holds no number. */
  get wrong(): readonly string[] {
    return this.data?.featureNames.filter((_, i) => typeof this.values[i] !== "number") ?? [];
  }

  async askRow(): Promise<void> {
    if (this.wrong.length > 0) return;
    await this.#ask(async () => ({ kind: "rows", rows: 1, x: Float64Array.from(this.values as readonly number[]) }));
  }

  async askFile(given: GivenFile): Promise<void> {
    this.fileName = given.name;
    await this.#ask(async () => ({ kind: "csv", name: given.name, bytes: new Uint8Array(await given.arrayBuffer()) }));
  }

  /** An answer belongs to the numbers in sight: others end it. */
  #forget(): void {
    this.#asked++;
    this.answer = null;
    this.failure = null;
    this.busy = false;
  }

  async #ask(make: () => Promise<NewRows>): Promise<void> {
    this.#forget();
    const asked = this.#asked;
    this.busy = true;
    try {
      const answer = await this.#workbench.predictRows({ runId: this.#run.id, from: await make() });
      if (asked === this.#asked) this.answer = answer;
    } catch (error) {
      if (asked === this.#asked) this.failure = error as Error;
    } finally {
      if (asked === this.#asked) this.busy = false;
    }
  }
}
