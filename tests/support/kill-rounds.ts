/**
 * Trains by the command line and kills it with SIGKILL, again and again: half the time at a random moment, half while a checkpoint is being written. After each kill the
 * project must be whole, hold every acknowledged step once, and have no run that claims to be alive; each run that comes to its end must be the uninterrupted one.
 */

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, watch, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import Sqlite from "better-sqlite3";
import { rng } from "../../src-engine/rng.ts";
import type { Run } from "../../src-main/contract/nouns.ts";
import { openStore } from "../../src-main/store/open.ts";
import { temporaryFolder } from "./project.ts";

const cli = resolve(import.meta.dirname, "..", "..", "src-main", "cli", "main.ts");

/** Noise, dropout, batch norm, moments: whatever could lose its place. Every epoch is saved. */
const spec = {
  data: { kind: "spirals", samples: 600 }, schedule: { kind: "cosine" }, augment: [{ kind: "noise" }], metrics: [{ kind: "accuracy" }],
  layers: [{ kind: "dense", units: 48 }, { kind: "batchNorm" }, { kind: "relu" }, { kind: "dropout", keepProb: 0.9 }, { kind: "dense", units: 3 }],
  train: { epochs: 120, batchSize: 16, checkpoints: { save: 0, best: 2, every: 30 } },
};

export interface Killed {
  readonly rounds: number;
  /** Kills while a temporary file of a checkpoint was there. */
  readonly atCheckpoints: number;
  /** Runs that came to their end, each compared with the uninterrupted one. */
  readonly finished: number;
  readonly resumes: number;
  /** Steps that were acknowledged before a kill, in all. */
  readonly acknowledged: number;
}

/** Throws with the round's number at the first thing that is not as it must be. */
export async function killRounds(rounds: number, seed: number, told: (line: string) => void = () => {}): Promise<Killed> {
  using folder = temporaryFolder();
  const chance = rng(seed).stream("kill");
  const file = folder.file();
  const specFile = join(folder.path, "spec.json");
  writeFileSync(specFile, JSON.stringify(spec));
  const whole = await uninterrupted(folder.path, specFile);
  let [atCheckpoints, finished, resumes, acknowledged] = [0, 0, 0, 0];
  let open: string | null = null;
  for (let round = 1; round <= rounds; round++) {
    const aims = round % 2 === 0;
    if (open !== null) resumes++;
    const left = await killed(file, open === null ? ["run", specFile] : ["resume", open], { aims, afterMs: 30 + chance.uniform() * 900, nth: 1 + chance.below(6) });
    if (left.atCheckpoint) atCheckpoints++;
    const store = openStore(file, () => Date.now());
    try {
      const runs = store.runs.list();
      const fail = (what: string): never => { throw new Error(`round ${round}: ${what}`); };
      for (const { id, state } of runs) if (!["finished", "interrupted"].includes(state)) fail(`${id} is ${state} after recovery`);
      // The newest run is the one under way: it was begun by this very command or by an earlier one.
      const run = runs[0];
      if (run === undefined) {
        if (left.acked > 0) fail("a run that was acknowledged is gone");
        continue;
      }
      acknowledged += left.acked;
      checkPoints(file, run, left.acked, fail);
      checkStates(file, folder.path, fail);
      if (run.state === "finished") {
        finished++;
        if (JSON.stringify([run.weightHash, run.metrics, run.step]) !== JSON.stringify([whole.weightHash, whole.metrics, whole.step])) fail(`${run.id} ended otherwise than the uninterrupted run`);
        open = null;
      } else open = run.id;
    } finally {
      store.close();
    }
    if (round % 25 === 0) told(`round ${round} of ${rounds}: ${finished} runs at their end, ${atCheckpoints} kills during a checkpoint`);
  }
  return { rounds, atCheckpoints, finished, resumes, acknowledged };
}

async function uninterrupted(folder: string, specFile: string): Promise<Run> {
  const file = join(folder, "whole.descent");
  const child = spawn(process.execPath, [cli, "run", specFile, "--project", file], { stdio: "ignore" });
  await once(child, "exit");
  const store = openStore(file, () => Date.now());
  try { return store.runs.list()[0]!; } finally { store.close(); }
}

interface Aim { readonly aims: boolean; readonly afterMs: number; readonly nth: number }

/** Starts the command and kills it: after a time counted from its first acknowledged step, or at the n-th temporary file of a checkpoint. */
async function killed(file: string, command: readonly string[], { aims, afterMs, nth }: Aim): Promise<{ readonly acked: number; readonly atCheckpoint: boolean }> {
  const runs = join(file.replace(/\.descent$/, ".files"), "runs");
  mkdirSync(runs, { recursive: true });
  const child = spawn(process.execPath, [cli, ...command, "--project", file, "--ack-lines"], { stdio: ["ignore", "pipe", "ignore"] });
  const ended = once(child, "exit");
  let acked = 0;
  let seen = 0;
  let atCheckpoint = false;
  let timer: NodeJS.Timeout | null = null;
  // The folder of a run is watched as soon as it is there.
  const watcher = aims ? watch(runs, { recursive: true }, (_, name) => {
    if (name === null || !name.endsWith(".tmp") || ++seen < nth || child.exitCode !== null) return;
    atCheckpoint = child.kill("SIGKILL");
  }) : null;
  createInterface({ input: child.stdout }).on("line", (line) => {
    const found = /^ack r-\d+ (\d+)$/.exec(line);
    if (found === null) return;
    acked = Number(found[1]);
    if (!aims) timer ??= setTimeout(() => { child.kill("SIGKILL"); }, afterMs);
  });
  await ended;
  watcher?.close();
  if (timer !== null) clearTimeout(timer);
  return { acked, atCheckpoint };
}

/** Every acknowledged step is there, each step once, without a gap. */
function checkPoints(file: string, run: Run, acked: number, fail: (what: string) => never): void {
  const db = new Sqlite(file, { readonly: true });
  try {
    if (db.pragma("integrity_check", { simple: true }) !== "ok") fail("the database is damaged");
    if ((db.pragma("foreign_key_check") as unknown[]).length > 0) fail("foreign keys are broken");
    const rows = db.prepare("select s.from_step as first, s.points, s.steps is null as dense from series s join metric m on m.number = s.metric where s.run = ? and m.name = 'batch/loss' order by s.from_step").all(Number(run.id.slice(2))) as { first: number; points: number; dense: number }[];
    let next = 1;
    for (const { first, points, dense } of rows) {
      if (dense !== 1 || first !== next) fail(`${run.id} has a gap or a step twice at step ${next}: the next stretch begins at ${first}`);
      next = first + points;
    }
    if (next - 1 < acked) fail(`${run.id} acknowledged step ${acked}, but only ${next - 1} are there`);
    if (next - 1 !== run.step) fail(`${run.id} says it is at step ${run.step}, but its points end at ${next - 1}`);
  } finally {
    db.close();
  }
}

/** Every recorded checkpoint is there, with its hash. */
function checkStates(file: string, folder: string, fail: (what: string) => never): void {
  const db = new Sqlite(file, { readonly: true });
  try {
    for (const row of db.prepare("select file, hash from saved_state").all() as { file: string; hash: string }[]) {
      const path = join(folder, "test.files", row.file);
      if (!existsSync(path)) fail(`the checkpoint ${row.file} is gone`);
      if (createHash("sha256").update(readFileSync(path)).digest("hex") !== row.hash) fail(`the checkpoint ${row.file} is not what was recorded`);
    }
  } finally {
    db.close();
  }
}
