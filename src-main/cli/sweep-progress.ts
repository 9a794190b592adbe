/** Shows a sweep while it goes on: a table that repaints itself on a terminal, a line for each trial elsewhere, JSON for machines. */

import type { Sweep, SweepTrial } from "../contract/sweeps.ts";
import { isTrialOver } from "../contract/sweeps.ts";
import { duration, figure, fitted, jsonLine, tame } from "./print.ts";
import { over, pointLine, trialTable } from "./sweep-tables.ts";
import type { World } from "./world.ts";

/** Rows of the painted table. */
const shownRows = 10;

export interface SweepProgress {
  /** `ended`: those of the trials whose end is news. */
  show(sweep: Sweep, trials: readonly SweepTrial[], ended: readonly SweepTrial[]): void;
  /** Takes what is painted away, so that other text may follow. */
  clear(): void;
}

export function sweepProgressOn(world: World, isJson: boolean): SweepProgress {
  if (isJson) return lines((sweep, ended) => { for (const line of jsonLines(sweep, ended)) world.out(line); });
  return world.columns === null ? lines((sweep, ended) => { for (const trial of ended) world.err(`${plainLine(sweep, trial)}\n`); }) : painted(world);
}

const lines = (tell: (sweep: Sweep, ended: readonly SweepTrial[]) => void): SweepProgress => ({ show(sweep, _, ended) { tell(sweep, ended); }, clear() { /* nothing is painted */ } });

function jsonLines({ id: sweepId, counts, phase, best, confirmed, remainingMs }: Sweep, ended: readonly SweepTrial[]): string[] {
  return [
    ...ended.map(({ runs, curve: _, ...trial }) => jsonLine({ kind: "trial", sweepId, ...trial, runIds: runs.map(({ runId }) => runId) })),
    jsonLine({ kind: "progress", sweepId, phase, counts, best, confirmed, remainingMs }),
  ];
}

function plainLine({ spec, counts }: Sweep, { number, state, values, prunedAt, goesOnFrom, reason, point }: SweepTrial): string {
  const result = state === "failed" ? tame(reason?.code ?? "") : spec.objective.map(({ metric }, k) => `${metric} ${values?.[k] === undefined ? "" : figure(values[k])}`).join("  ");
  return `trial ${number}  ${state}${prunedAt === null ? "" : ` after epoch ${prunedAt}`}  ${result}  ${pointLine(point)}${goesOnFrom === null ? "" : `  weights of trial ${goesOnFrom}`}  (${over(counts)}/${counts.planned})`;
}

/** The newest trials, those under way last, below a bar. */
function painted(world: World): SweepProgress {
  const known = new Map<number, SweepTrial>();
  let height = 0;
  const clear = (): void => {
    if (height > 0) world.err(`\r${height > 1 ? `\x1b[${height - 1}A` : ""}\x1b[J`);
    height = 0;
  };
  return {
    show(sweep, trials) {
      for (const trial of trials) known.set(trial.number, trial);
      const newest = [...known.values()].sort((a, b) => Number(isTrialOver(b.state)) - Number(isTrialOver(a.state)) || a.number - b.number).slice(-shownRows);
      const columns = (world.columns ?? 80) - 1;
      const shown = [headLine(sweep), ...trialTable(sweep, newest)].map((line) => fitted(line, columns));
      clear();
      world.err(shown.join("\n"));
      height = shown.length;
    },
    clear,
  };
}

function headLine({ id, spec, phase, counts, best, confirmed, remainingMs }: Sweep): string {
  const done = over(counts) / Math.max(1, counts.planned), full = Math.round(20 * Math.min(1, done));
  const leader = confirmed ?? best;
  return [
    id, `${"█".repeat(full)}${"░".repeat(20 - full)}`, `${over(counts)}/${counts.planned}`, ...(phase === "confirming" ? ["confirming"] : []),
    ...(leader === null ? [] : [`${confirmed === null ? "best" : "confirmed"} ${spec.objective[0]!.metric} ${figure(leader.value)} (trial ${leader.trial})`]), ...(remainingMs === null ? [] : [`${duration(remainingMs)} left`]),
  ].join("  ");
}
