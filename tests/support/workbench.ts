/** A whole workbench in a temporary folder, with real worker threads; and how tests wait for what it does. */

import { join } from "node:path";
import { createPool } from "../../src-main/workers/pool.ts";
import type { Fault } from "../../src-main/workers/protocol.ts";
import { createWorkbench } from "../../src-main/service/workbench.ts";
import type { WorkbenchService } from "../../src-main/service/workbench.ts";
import type { Fault as StoreFault } from "../../src-main/store/transactions.ts";
import { openStore, openViewer } from "../../src-main/store/open.ts";
import { isOver } from "../../src-main/contract/nouns.ts";
import type { Run, RunEvent, RunId, RunState } from "../../src-main/contract/nouns.ts";
import { countingClock, temporaryFolder } from "./project.ts";

export interface TestBench extends AsyncDisposable {
  readonly workbench: WorkbenchService;
  readonly folder: string;
  readonly file: string;
}

export function openBench({ parallel = 1, memoryMb, fault = null }: { parallel?: number; memoryMb?: number; fault?: Fault | null } = {}): TestBench {
  const folder = temporaryFolder();
  const file = folder.file();
  const workbench = openWorkbench(file, { parallel, memoryMb, fault });
  return {
    workbench, file, folder: folder.path,
    async [Symbol.asyncDispose]() {
      await workbench.close();
      folder[Symbol.dispose]();
    },
  };
}

export interface BenchParts { parallel?: number; memoryMb?: number | undefined; fault?: Fault | null; storeFault?: StoreFault; free?: () => number | null; memory?: () => number; views?: boolean }

export function openWorkbench(file: string, { parallel = 1, memoryMb, fault = null, storeFault, free = () => 1e12, memory = () => 1e12, views = false }: BenchParts = {}): WorkbenchService {
  const now = countingClock();
  const pool = createPool({ parallel, fault, ...(memoryMb === undefined ? {} : { memoryMb }) });
  return createWorkbench({ store: views ? openViewer(file) : openStore(file, now, storeFault), pool, now, free, memory, examples: join(import.meta.dirname, "..", "..", "examples"), door: "test" });
}

/** A small network on exclusive or: 420 training rows, 14 steps an epoch, done in a moment. */
export const smallSpec = {
  data: { kind: "xor", samples: 600 },
  layers: [{ kind: "dense", units: 8 }, { kind: "relu" }, { kind: "dense", units: 2 }],
  metrics: [{ kind: "accuracy" }],
  train: { epochs: 5, batchSize: 32 },
} as const;

/** A wider one that would train for minutes: it ends when it is stopped. Its 19 999 steps are few enough that every one is kept. */
export const endlessSpec = {
  ...smallSpec,
  layers: [{ kind: "dense", units: 512 }, { kind: "relu" }, { kind: "dense", units: 512 }, { kind: "relu" }, { kind: "dense", units: 2 }],
  train: { epochs: 2857, batchSize: 64 },
} as const;

/** The run once it is over. */
export async function ended(workbench: WorkbenchService, runId: RunId): Promise<Run> {
  return until(workbench, runId, isOver);
}

/** The run at the first event whose state is right. */
export async function until(workbench: WorkbenchService, runId: RunId, isRight: (state: RunState, run: Run) => boolean): Promise<Run> {
  for await (const { run } of workbench.watchRun({ runId, since: 0 })) if (isRight(run.state, run)) return run;
  return workbench.run({ runId });
}

/** Every event until the run is over. */
export async function eventsOf(workbench: WorkbenchService, runId: RunId, since = 0): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of workbench.watchRun({ runId, since })) events.push(event);
  return events;
}

/** Starts one spec and gives its first run's id. */
export async function start(workbench: WorkbenchService, spec: unknown): Promise<RunId> {
  return (await workbench.startRun({ experimentId: null, spec })).runIds[0]!;
}
