/** Two runs at once on two cores against one alone: as two processes for everybody, and for Descent as two worker threads of one process, which is how the app trains. */

import { join } from "node:path";
import { start } from "../contestant.ts";
import type { Entry } from "../contestant.ts";
import type { Chunk } from "../lines.ts";
import { raceCore } from "../machine.ts";
import { median, rate, table } from "../report.ts";
import { taskOf } from "./alone.ts";
import type { Bench, PartResult } from "./parts.ts";

export async function scaling(bench: Bench): Promise<PartResult> {
  const { entries, log, machine, options: { only, rounds, seconds } } = bench;
  if (machine.cores < 2) {
    log("  one core: nothing to compare");
    return { found: [], isAgreed: true };
  }
  const found = [];
  for (const letter of only) {
    const folder = taskOf(bench, letter);
    for (const entry of entries.filter(({ name, kind, takes }) => takes(letter) && name !== "reference" && (kind === "own" || name.startsWith("torch")))) {
      for (const way of ["processes", ...(entry.kind === "own" ? ["threads"] as const : [])] as const) {
        try {
          const { alone, together } = await (way === "processes" ? processes : threads)(entry, folder, rounds, seconds);
          found.push({ letter, name: entry.name, way, alone: median(alone), together: median(together), gain: median(together.map((both, i) => both / alone[i]!)) });
        } catch (error) {
          log(`  ${letter} ${entry.name}: not here (${(error as Error).message})`);
        }
      }
    }
  }
  for (const line of table(["two at once", "as", "one alone, steps/s", "two together", "gain"], found.map(({ letter, name, way, alone, together, gain }) => (
    [`${letter} ${name}`, way, rate(alone), rate(together), `${gain.toFixed(2)}×`])))) log(line);
  return { found, isAgreed: true };
}

interface Found { readonly alone: number[]; readonly together: number[] }

const perSecond = ({ steps, ms }: Chunk): number => (1000 * steps) / ms;

/** Each on a core of its own. Alone and together take turns. */
async function processes(entry: Entry, folder: string, rounds: number, seconds: number): Promise<Found> {
  const first = await start(entry, folder, raceCore());
  try {
    const second = await start(entry, folder, raceCore() - 1);
    try {
      const turn = { do: "chunk", seconds, fresh: true } as const;
      await Promise.all([first.ask(turn), second.ask(turn)]);
      const alone: number[] = [], together: number[] = [];
      for (let round = 0; round < rounds; round++) {
        alone.push(perSecond(await first.ask<Chunk>(turn)));
        const both = await Promise.all([first.ask<Chunk>(turn), second.ask<Chunk>(turn)]);
        together.push(both.reduce((sum, one) => sum + perSecond(one), 0));
      }
      return { alone, together };
    } finally { await second.end(); }
  } finally { await first.end(); }
}

/** One process with two workers, free to use every core. */
async function threads(entry: Entry, folder: string, rounds: number, seconds: number): Promise<Found> {
  const pair = { ...entry, command: (at: string) => entry.command(at).map((word) => (word.endsWith("main.ts") ? join(word, "..", "pair.ts") : word)) };
  const both = await start(pair, folder, null);
  try {
    const turn = { do: "chunk", seconds, fresh: true } as const;
    await both.ask<{ chunks: Chunk[] }>({ ...turn, workers: 2 });
    const alone: number[] = [], together: number[] = [];
    for (let round = 0; round < rounds; round++) {
      alone.push(perSecond((await both.ask<{ chunks: Chunk[] }>({ ...turn, workers: 1 })).chunks[0]!));
      together.push((await both.ask<{ chunks: Chunk[] }>({ ...turn, workers: 2 })).chunks.reduce((sum, one) => sum + perSecond(one), 0));
    }
    return { alone, together };
  } finally { await both.end(); }
}
