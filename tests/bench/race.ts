/** One workload: everybody is started, compared with us over fifty steps, warmed up, and then measured in turns, so that a busy machine slows all alike. */

import { agreement, comparedSteps, measureAmong } from "./agreement.ts";
import type { Agreement } from "./agreement.ts";
import { Declined, start } from "./contestant.ts";
import type { Contestant, Entry } from "./contestant.ts";
import type { Chunk, Losses } from "./lines.ts";
import { raceCore } from "./machine.ts";

export interface Lane {
  readonly name: string;
  readonly kind: "own" | "peer";
  readonly about: string;
  /** Steps a second of each chunk, in the order of the rounds. */
  readonly rates: readonly number[];
  readonly losses: readonly number[];
  /** Null for the one that the others are compared with. */
  readonly agreement: Agreement | null;
  /** Data loss at the end of the last chunk. */
  readonly lastLoss: number;
}
/** Somebody who was meant to take part and could not. `isOurFault`: one of our executors that did not decline but broke. */
export interface Absent { readonly name: string; readonly reason: string; readonly isOurFault: boolean }
export interface Race { readonly lanes: readonly Lane[]; readonly absent: readonly Absent[] }

export interface RaceOptions { readonly rounds: number; readonly seconds: number; readonly log: (line: string) => void }

export async function race(entries: readonly Entry[], folder: string, { rounds, seconds, log }: RaceOptions): Promise<Race> {
  const absent: Absent[] = [];
  const drop = ({ name, kind }: Pick<Entry, "name" | "kind">, error: unknown): void => {
    const reason = (error as Error).message;
    const isOurFault = kind === "own" && !(error instanceof Declined);
    absent.push({ name, reason, isOurFault });
    log(`  ${name}: ${isOurFault ? "BROKE" : "not here"} (${reason})`);
  };
  const present: { contestant: Contestant; losses: readonly number[]; chunks: Chunk[] }[] = [];
  try {
    for (const entry of entries) {
      let contestant: Contestant | null = null;
      try {
        contestant = await start(entry, folder, raceCore());
        const { losses } = await contestant.ask<Losses>({ do: "losses", steps: comparedSteps.at(-1)! });
        await contestant.ask<Chunk>({ do: "chunk", seconds: Math.min(1, seconds), fresh: true });
        present.push({ contestant, losses, chunks: [] });
      } catch (error) {
        drop(entry, error);
        await contestant?.end();
      }
    }
    for (let round = 0; round < rounds; round++) {
      for (const one of [...present]) {
        try {
          one.chunks.push(await one.contestant.ask<Chunk>({ do: "chunk", seconds, fresh: true }));
        } catch (error) {
          drop(one.contestant, error);
          present.splice(present.indexOf(one), 1);
        }
      }
    }
  } finally {
    for (const { contestant } of present) await contestant.end();
  }
  const measure = present[measureAmong(present.map(({ losses }) => losses), present.map(({ contestant }) => contestant.kind === "own"))];
  const lanes = present.map(({ contestant: { name, kind, about }, losses, chunks }): Lane => ({
    name, kind, about, losses: comparedSteps.map((step) => losses[step - 1]!), rates: chunks.map(({ steps, ms }) => (1000 * steps) / ms), lastLoss: chunks.at(-1)?.loss ?? NaN,
    agreement: measure === undefined || measure.losses === losses ? null : agreement(measure.losses, losses),
  }));
  return { lanes, absent };
}
