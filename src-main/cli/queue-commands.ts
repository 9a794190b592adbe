/** `descent queue` and `descent priority`: what trains and waits, and in which order. */

import type { QueueView, Run } from "../contract/nouns.ts";
import type { Workbench } from "../contract/workbench.ts";
import { bytes, duration, jsonLine, table, tame } from "./print.ts";

/** The queue in lines: who trains, who waits, with priority, memory and times. */
export async function queueLines(workbench: Workbench, isJson: boolean): Promise<readonly string[]> {
  const view = await workbench.queue({});
  if (isJson) return [jsonLine({ kind: "queue", ...view })];
  if (view.training.length + view.waiting.length === 0) return ["Nothing trains and nothing waits."];
  const rows = [...view.training.map((run) => rowOf(run, view)), ...view.waiting.map((run, place) => rowOf(run, view, place + 1))];
  return [
    ...table([["", "run", "name", "priority", "progress", "memory", "about"], ...rows], [0, 3, 4, 5]),
    ...(view.held === null ? [] : [`Everything is held${view.held === "disk" ? ": the disk is nearly full" : ""}.`]),
    ...(view.waitsFor === "memory" ? ["The next one waits until there is memory for it."] : []),
    ...(view.remainingMs === null ? [] : [`About ${duration(view.remainingMs)} for all of it.`]),
  ];
}

function rowOf(run: Run, { forecasts }: QueueView, place?: number): string[] {
  const { memoryBytes, beginsInMs, endsInMs } = forecasts[run.id]!;
  const when = place === undefined ? (endsInMs === null ? "" : `${duration(endsInMs)} left`) : beginsInMs === null ? "" : `begins in ${duration(beginsInMs)}`;
  return [place === undefined ? "" : String(place), run.id, tame(run.name), String(run.priority), `${run.step}/${run.steps}`, memoryBytes === 0 ? "" : bytes(memoryBytes), place === undefined && run.state === "paused" ? "paused" : when];
}
