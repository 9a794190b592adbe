/** Shows training while it goes on: one line that repaints itself on a terminal, plain lines elsewhere, JSON for machines. */

import { isOver, type Pace, type Run } from "../contract/nouns.ts";
import { duration, figure, fitted, jsonLine } from "./print.ts";
import type { World } from "./world.ts";

export interface Progress {
  /** A run moved on, or changed its state. */
  show(run: Run, pace: Pace | null): void;
  /** Takes the painted line away, so that other text may follow. */
  clear(): void;
}

/** `runs` is how many will be shown together. */
export function progressOn(world: World, runs: number, isJson: boolean): Progress {
  if (isJson) return jsonProgress(world);
  return world.columns === null ? plainProgress(world) : painted(world, runs);
}

/** One `progress` line for each stretch of a run. */
function jsonProgress(world: World): Progress {
  return {
    show(run, pace) {
      if (pace === null) return;
      const { id: runId, step, steps, epoch, epochs, metrics } = run;
      world.out(jsonLine({ kind: "progress", runId, step, steps, epoch, epochs, metrics, stepsPerSecond: pace.stepsPerSecond, remainingMs: pace.remainingMs }));
    },
    clear() { /* a line of JSON is never taken back */ },
  };
}

/** A line at each tenth of a run, which is enough for a log. */
function plainProgress(world: World): Progress {
  const tenths = new Map<string, number>();
  return {
    show(run, pace) {
      const tenth = Math.floor((10 * run.epoch) / run.epochs);
      if (pace === null || isOver(run.state) || tenth <= (tenths.get(run.id) ?? 0)) return;
      tenths.set(run.id, tenth);
      world.err(`${run.id}  epoch ${run.epoch}/${run.epochs}  ${measured(run)}${left(pace.remainingMs)}\n`);
    },
    clear() { /* nothing is painted */ },
  };
}

function painted(world: World, count: number): Progress {
  const latest = new Map<string, { run: Run; pace: Pace | null }>();
  const startedMs = world.now();
  let isShown = false;
  return {
    show(run, pace) {
      latest.set(run.id, { run, pace });
      const runs = [...latest.values()].map((one) => one.run);
      const line = count === 1 ? oneLine(run, pace) : manyLine(runs, count, world.now() - startedMs);
      world.err(`\r\x1b[K${fitted(line, (world.columns ?? 80) - 1)}`);
      isShown = true;
    },
    clear() {
      if (isShown) world.err("\r\x1b[K");
      isShown = false;
    },
  };
}

function oneLine(run: Run, pace: Pace | null): string {
  const rest = run.state === "running" ? `${measured(run)}${left(pace?.remainingMs ?? null)}` : run.state;
  return `${run.id}  ${bar(share(run))}  epoch ${run.epoch}/${run.epochs}  ${rest}`;
}

function manyLine(runs: readonly Run[], count: number, elapsedMs: number): string {
  const done = runs.reduce((sum, run) => sum + share(run), 0) / count;
  const over = runs.filter((run) => isOver(run.state)).length;
  return `${count} runs  ${bar(done)}  ${over} done${left(done > 0 ? (elapsedMs * (1 - done)) / done : null)}`;
}

const share = (run: Run): number => (isOver(run.state) ? 1 : run.steps === 0 ? 0 : run.step / run.steps);

/** Twenty cells and the percentage. */
function bar(done: number): string {
  const full = Math.round(20 * Math.min(1, done));
  return `${"█".repeat(full)}${"░".repeat(20 - full)} ${String(Math.floor(100 * done)).padStart(3)} %`;
}

/** The loss while training, and what judges it. */
function measured(run: Run): string {
  const shown = ["train/loss", "validation/loss", "validation/accuracy"].filter((name) => run.metrics[name] !== undefined);
  return shown.map((name) => `${name} ${figure(run.metrics[name]!)}`).join("  ");
}

const left = (ms: number | null): string => (ms === null ? "" : `  ${duration(ms)} left`);
