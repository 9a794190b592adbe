/** The parts of the benchmark, by name. */

import type { Entry } from "../contestant.ts";
import type { Machine } from "../machine.ts";
import type { Options, PartName } from "../options.ts";
import { convergence } from "./convergence.ts";
import { gemm } from "./gemm.ts";
import { memory } from "./memory.ts";
import { outside } from "./outside.ts";
import { races } from "./races.ts";
import { reportsOfManyRuns } from "./reports.ts";
import { scaling } from "./scaling.ts";
import { serviceAtScale } from "./service.ts";
import { samplersAgainstRandom } from "./search.ts";
import { startUp } from "./start-up.ts";
import { storeAtScale } from "./store.ts";
import { sweepsAgainstLoops } from "./sweeps.ts";

/** What a part is given: the options, who takes part, and a folder to write tasks into. */
export interface Bench {
  readonly options: Options;
  readonly machine: Machine;
  readonly entries: readonly Entry[];
  readonly root: string;
  readonly scratch: string;
  readonly log: (line: string) => void;
}
/** What goes into the JSON, and whether everybody trained the same. */
export interface PartResult { readonly found: unknown; readonly isAgreed: boolean }

export function runPart(name: PartName, bench: Bench): Promise<PartResult> {
  switch (name) {
    case "race": return races(bench);
    case "convergence": return convergence(bench);
    case "memory": return memory(bench);
    case "scaling": return scaling(bench);
    case "start": return startUp(bench);
    case "gemm": return gemm(bench);
    case "outside": return outside(bench);
    case "store": return storeAtScale(bench);
    case "service": return serviceAtScale(bench);
    case "search": return samplersAgainstRandom(bench);
    case "sweeps": return sweepsAgainstLoops(bench);
    case "reports": return reportsOfManyRuns(bench);
  }
}
