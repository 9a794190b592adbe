/**
 * What a large project costs those who wait: how long each question to a project of 10,000 runs and ten million points takes, and for how long at most nobody else was answered meanwhile
 * (the event loop's longest pause, of which a few milliseconds are the measurement's own); the most memory this takes; and what it is to be written to by several trainings at once.
 */

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { pathToFileURL } from "node:url";
import type { WorkbenchService } from "../../../src-main/service/workbench.ts";
import { readElsewhere } from "../../../src-main/service/read-elsewhere.ts";
import { createWorkbench } from "../../../src-main/service/workbench.ts";
import { openStore } from "../../../src-main/store/open.ts";
import { createPool } from "../../../src-main/workers/pool.ts";
import { temporaryFolder } from "../../support/project.ts";
import type { Bench, PartResult } from "./parts.ts";
import { writersAtOnce } from "./writers.ts";
import type { Written } from "./writers.ts";

const ids = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, i) => `r-${from + i}`);

export async function serviceAtScale({ log, root }: Bench): Promise<PartResult> {
  using folder = temporaryFolder();
  const long = made(folder.file());
  const now = (): number => Date.now();
  const store = openStore(folder.file(), now);
  const workbench = createWorkbench({ store, pool: createPool({ parallel: 1 }), elsewhere: readElsewhere(folder.file()), now, examples: join(root, "examples"), door: "test" });
  const found: Record<string, { readonly tookMs: number; readonly pauseMs: number }> = {};
  let residentMB = 0, written: Written | null = null;
  try {
    // The day's backup, which begins with the first look.
    await workbench.backUp({});
    const answers = await filters(workbench);
    log(`  ${answers.length} queries and sorts: half within ${answers[Math.floor(answers.length / 2)]} ms, 95 % within ${answers[Math.floor(answers.length * 0.95)]} ms`);
    for (const [name, ask] of Object.entries(questions(workbench, long))) {
      found[name] = await measured(ask);
      log(`  ${name.padEnd(34)} ${String(found[name].tookMs).padStart(7)} ms   longest pause ${String(found[name].pauseMs).padStart(5)} ms`);
    }
    residentMB = Math.round(process.resourceUsage().maxRSS / 1000);
    written = await writersAtOnce(store);
    log(`  4 threads write at once: ${written.pointsPerSecond} points a second for 10 s   longest pause ${written.pauseMs} ms, ${Math.round(100 * written.shareOfTime)} % of the time`);
    const { faults, databaseBytes } = await workbench.examineProject({});
    log(`  memory ${residentMB} MB resident at most; database ${Math.round(databaseBytes / 1e6)} MB, ${faults.length === 0 ? "sound" : faults.join("; ")}`);
  } finally {
    await workbench.close();
  }
  return { found: { ...found, written, residentMB }, isAgreed: true };
}

/** The large project, made by a process of its own: what that takes is no part of the memory measured here. */
function made(file: string): string {
  const from = pathToFileURL(join(import.meta.dirname, "..", "..", "support", "large-project.ts")).href;
  return execFileSync(process.execPath, ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", `console.log((await import(${JSON.stringify(from)})).largeProject(${JSON.stringify(file)}))`], { encoding: "utf8" }).trim();
}

/** Milliseconds that each of forty queries took, with the columns that a table shows and sorts by; ascending. */
async function filters(workbench: WorkbenchService): Promise<readonly number[]> {
  const taken: number[] = [];
  for (let i = 0; i < 40; i++) {
    const where = [`optimizer.kind = ${["adam", "sgd", "momentum", "adamw"][i % 4]!}`, `validation/loss < ${(0.1 + (i % 9) / 10).toFixed(1)}`, `tag = "tag ${i * 9}"`, `layers.0.units >= ${8 * 2 ** (i % 6)}`][i % 4]!;
    const from = performance.now();
    await workbench.listRows({ columns: ["state", "validation/loss", "optimizer.learningRate"], where });
    taken.push(Math.round(performance.now() - from));
  }
  return taken.sort((a, b) => a - b);
}

async function measured(ask: () => Promise<unknown>): Promise<{ readonly tookMs: number; readonly pauseMs: number }> {
  const loop = monitorEventLoopDelay({ resolution: 2 });
  const turn = (): Promise<void> => new Promise((resolve) => { setTimeout(resolve, 20); });
  await turn();
  loop.enable();
  await turn();
  const from = performance.now();
  await ask();
  const tookMs = performance.now() - from;
  await turn();
  loop.disable();
  return { tookMs: Number(tookMs.toPrecision(3)), pauseMs: Number((loop.max / 1e6).toPrecision(3)) };
}

/** In an order in which each finds what it needs. */
function questions(workbench: WorkbenchService, long: string): Readonly<Record<string, () => Promise<unknown>>> {
  const first = async (stream: AsyncIterable<unknown>): Promise<void> => { for await (const item of stream) if (item !== undefined) break; };
  return {
    "nothing": async () => {},
    "first rows": () => workbench.listRows({ columns: ["state", "validation/loss"] }),
    "rows a query admits": () => workbench.listRows({ columns: ["state"], where: "optimizer.kind = adam and validation/loss < 0.3" }),
    "groups held against a baseline": () => workbench.listRows({ columns: ["state", "validation/loss", "optimizer.learningRate", "seed", "time"], deltas: ["validation/loss"], grouping: { kind: "allButSeed" } }),
    "words of a query": () => workbench.queryWords({ name: null, contains: "l" }),
    "search": () => workbench.search({ text: "adam 12", limit: 10 }),
    "storage": () => workbench.storage({}),
    "health": () => workbench.examineProject({}),
    "the workbench's snapshot": () => first(workbench.watchWorkbench({})),
    "a run's snapshot": () => first(workbench.watchRun({ runId: long, since: 0 })),
    "a million points, thinned": () => workbench.readSeries({ runIds: [long], metrics: ["batch/loss"], points: 2000 }),
    "a million points, smoothed": () => workbench.readSeries({ runIds: [long], metrics: ["batch/loss"], points: 2000, smoothing: { kind: "ewma", beta: 0.9 } }),
    "a million points as CSV": async () => { for await (const event of workbench.exportFile({ wish: { kind: "curves", format: "csv", runIds: [long], metrics: ["batch/loss"] } })) if (event.kind === "done") return; },
    "200 runs compared": () => workbench.compareRuns({ runIds: ids(1, 201), grouping: { kind: "allButSeed" }, baseline: null }),
    "backup": () => workbench.backUp({}),
    "1000 runs put into the archive": () => workbench.markRuns({ runIds: ids(1, 1001), isArchived: true }),
    "1000 runs thrown away": () => workbench.trashRuns({ runIds: ids(1, 1001) }),
    "1000 runs purged": () => workbench.purgeRuns({ runIds: ids(1, 1001) }),
    "the long run thrown away": () => workbench.trashRuns({ runIds: [long] }),
    "the long run purged": () => workbench.purgeRuns({ runIds: [long] }),
  };
}
