/** `descent budget`: what a spec would cost, from a short probe of it, and how much fits into a time. */

import { diskNeed, fitting, runTime, totalTime } from "../contract/budget.ts";
import type { Budget, Spread } from "../contract/budget.ts";
import { checkedService } from "../contract/inputs.ts";
import { bytes, duration, jsonLine, table } from "./print.ts";
import { placed, readSpec, withFile } from "./spec-file.ts";
import type { World } from "./world.ts";

/** Returns the exit code: 0 told, 130 ended by Ctrl-C. Throws SpecError with the places of the spec's text, StoreError, or TrainingError where it diverges already. */
export async function budgetCommand(file: string, { project, parallel, json, minutes }: { readonly project: string | undefined; readonly parallel: number | undefined; readonly json: boolean; readonly minutes: number | undefined }, world: World): Promise<number> {
  const spec = readSpec(world, file);
  const service = world.open({ project, parallel, door: "cli", views: true });
  let isStopped = false;
  const ignore = world.onInterrupt(() => { isStopped = true; });
  const clear = (): void => { if (world.columns !== null) world.err("\r\x1b[K"); };
  try {
    const checked = checkedService(service);
    for await (const event of checked.planBudget({ spec: await withFile(checked, spec, world) })) {
      if (isStopped) break;
      if (event.kind === "progress") {
        if (!json && world.columns !== null) world.err(`\r\x1b[KProbing: ${Math.round(100 * event.share)} %, ${event.steps} steps`);
        continue;
      }
      clear();
      for (const line of json ? [jsonLine({ kind: "budget", ...event.budget, ...told(event.budget, minutes) })] : budgetLines(event.budget, minutes, world.now())) world.out(line);
      return 0;
    }
    clear();
    return 130;
  } catch (error) {
    throw placed(error, spec);
  } finally {
    ignore();
    await service.close();
  }
}

/** What follows from a budget, beside it, for machines. */
function told(budget: Budget, minutes: number | undefined): object {
  const wish = { epochs: budget.epochs, runs: budget.seeds };
  return { runMs: runTime(budget, budget.epochs), totalMs: totalTime(budget, wish), diskBytes: diskNeed(budget, wish), ...(minutes === undefined ? {} : { minutes, fits: fitting(budget, minutes * 60_000, wish) }) };
}

/** A budget for people. */
export function budgetLines(budget: Budget, minutes: number | undefined, now: number): string[] {
  const { epochs, seeds, places, probe, queueMs, freeBytes, mayEndEarly } = budget;
  const wish = { epochs, runs: seeds };
  const [each, all] = [runTime(budget, epochs), totalTime(budget, wish)];
  const disk = diskNeed(budget, wish);
  const most = mayEndEarly ? "at most about" : "about";
  const done = queueMs === null ? "" : `, done at about ${clock(now + queueMs + all.middle)}${queueMs > 0 ? `, after ${duration(queueMs)} of what trains and waits already` : ""}`;
  const facts: [string, string][] = [
    ["an epoch", `about ${range(budget.epochMs)}`],
    ["a run", `${most} ${range(each)} for ${epochs} epochs`],
    ...(seeds > 1 ? [[`${seeds} seeds`, `${most} ${range(all)}, ${Math.min(places, seeds)} side by side${done}`] as [string, string]] : [["all of it", `${most} ${range(all)}${done}`] as [string, string]]),
    ["memory", `${bytes(budget.memoryBytes)} a run`],
    ["disk", `about ${bytes(Math.round(disk))}${freeBytes !== null && disk > freeBytes ? `: more than the ${bytes(freeBytes)} that are left` : ""}`],
  ];
  const fits = minutes === undefined ? [] : [["", fitsLine(budget, minutes)]];
  return [...table([...facts, ...fits]), "", `From a probe of ${probe.steps} steps in ${duration(probe.ms)}${probe.beside > 0 ? `, beside ${probe.beside} that trained and made it slower` : ""}; the range is that of its speeds, without its fastest and slowest tenth.`];
}

function fitsLine(budget: Budget, minutes: number): string {
  const { epochs, seeds } = budget;
  const { epochs: longer, runs, surely } = fitting(budget, minutes * 60_000, { epochs, runs: seeds });
  return `in ${minutes} min: about ${longer} epochs of ${seeds === 1 ? "one run" : `${seeds} seeds`} (surely ${surely.epochs}), or about ${runs} runs of ${epochs} epochs (surely ${surely.runs})`;
}

const range = ({ low, middle, high }: Spread): string => `${length(middle)} (${length(low)} to ${length(high)})`;
/** Short times with their thousandths. */
const length = (ms: number): string => (ms < 950 ? `${ms < 10 ? ms.toPrecision(2) : Math.round(ms)} ms` : duration(ms));
const clock = (ms: number): string => new Date(ms).toTimeString().slice(0, 5);
