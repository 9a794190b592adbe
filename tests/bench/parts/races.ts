/** The main part: every workload as one race. */

import { join } from "node:path";
import { race } from "../race.ts";
import { raceTable, tableRows } from "../report.ts";
import { rowsOf } from "../rows.ts";
import { writeTask } from "../task.ts";
import { flopsPerStep, workloads } from "../workloads.ts";
import type { Bench, PartResult } from "./parts.ts";

export async function races({ options: { only, rounds, seconds, mnist }, machine, entries, scratch, log }: Bench): Promise<PartResult> {
  const found = [];
  const introduced = new Set<string>();
  let isAgreed = true;
  for (const workload of workloads.filter(({ letter }) => only.includes(letter))) {
    const folder = join(scratch, workload.letter);
    const task = writeTask(folder, workload, rowsOf(workload, { mnist }));
    log(`\n${workload.letter}  ${workload.title}; ${task.rows} rows, ${task.stepsPerEpoch} steps an epoch, ${(flopsPerStep(workload) / 1e6).toPrecision(3)} MFLOP a step`);
    const result = await race(entries.filter(({ takes }) => takes(workload.letter)), folder, { rounds, seconds, log });
    // What each one is and stands on, once.
    for (const { name, about } of result.lanes) if (!introduced.has(name)) log(`  ${name}: ${about}`);
    for (const { name } of result.lanes) introduced.add(name);
    const rows = tableRows(result, workload, machine.fmaLimit);
    for (const line of raceTable(rows)) log(line);
    isAgreed &&= rows.every((row) => row.isAgreed) && !result.absent.some(({ isOurFault }) => isOurFault);
    found.push({ workload: workload.letter, title: workload.title, flopsPerStep: flopsPerStep(workload), rows, ...result });
  }
  return { found, isAgreed };
}
