/** What the smaller parts share: one task on disk, and one contestant at a time on it. */

import { join } from "node:path";
import { start } from "../contestant.ts";
import type { Contestant, Entry } from "../contestant.ts";
import { raceCore } from "../machine.ts";
import { rowsOf } from "../rows.ts";
import { writeTask } from "../task.ts";
import { workloads } from "../workloads.ts";
import type { Letter, Workload } from "../workloads.ts";
import type { Bench } from "./parts.ts";

export const workload = (letter: Letter): Workload => workloads.find((one) => one.letter === letter)!;

/** Writes a workload's task and returns its folder. `clean`: without wrong labels; `rows`: so many generated ones, whatever else there is. */
export function taskOf({ scratch, options: { mnist } }: Bench, letter: Letter, { clean = false, rows }: { clean?: boolean; rows?: number } = {}): string {
  const folder = join(scratch, `${letter}${clean ? "-clean" : ""}${rows ?? ""}`);
  const one = rows === undefined ? workload(letter) : { ...workload(letter), rows };
  writeTask(folder, one, rowsOf(one, { mnist: rows === undefined ? mnist : null, clean }));
  return folder;
}

/** Does something with each entry in a process of its own, one after the other; says who could not. */
export async function each<T>(entries: readonly Entry[], folder: string, log: (line: string) => void, measure: (contestant: Contestant) => Promise<T>): Promise<(T & { name: string })[]> {
  const found: (T & { name: string })[] = [];
  for (const entry of entries) {
    let contestant: Contestant | null = null;
    try {
      contestant = await start(entry, folder, raceCore());
      found.push({ name: entry.name, ...(await measure(contestant)) });
    } catch (error) {
      log(`  ${entry.name}: not here (${(error as Error).message})`);
    } finally {
      await contestant?.end();
    }
  }
  return found;
}
