/**
 * Imports by the command line and kills it with SIGKILL, again and again: half the time at a random moment, half at one of its own writes. After each kill the project must be
 * whole and hold every run of the import either complete or not at all; begun again it goes on; at the end all runs are there, and a further import adds nothing.
 */

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import Sqlite from "better-sqlite3";
import { rng } from "../../src-engine/rng.ts";
import type { RunId } from "../../src-main/contract/nouns.ts";
import { openStore } from "../../src-main/store/open.ts";
import { temporaryFolder } from "./project.ts";
import { ended, openBench, smallSpec, start } from "./workbench.ts";

const cli = resolve(import.meta.dirname, "..", "..", "src-main", "cli", "main.ts");

type Imported = "capsule" | "table";
export interface ImportKills {
  /** Commands that a kill ended, and those of them that left something of the import, but not all. */
  readonly killed: number;
  readonly partly: number;
  /** Imports that came to their end and were begun once more. */
  readonly completed: number;
}

/** A capsule of runs that trained, with checkpoints and data, and a table of runs of another program. */
async function importedFiles(folder: string): Promise<Readonly<Record<Imported, string>>> {
  await using bench = openBench();
  const rows = Array.from({ length: 300 }, (_, i) => `${i % 7},${(i * 13) % 11},${i % 3}`);
  const { hash, name } = await bench.workbench.importFile({ name: "own.csv", bytes: new TextEncoder().encode(`a,b,class\n${rows.join("\n")}\n`) });
  const own = { ...smallSpec, data: { kind: "csv", file: name, hash, target: "class" }, layers: [{ kind: "dense", units: 3 }] };
  const runIds: RunId[] = [];
  for (const spec of [smallSpec, { ...smallSpec, seed: 2 }, own]) runIds.push(await start(bench.workbench, spec));
  for (const runId of runIds) await ended(bench.workbench, runId);
  const parts: Uint8Array[] = [];
  for await (const event of bench.workbench.exportFile({ wish: { kind: "capsule", runIds, withData: true, withCheckpoints: true, language: "en" } })) if (event.kind === "bytes") parts.push(event.bytes);
  const capsule = join(folder, "runs.descent.zip"), table = join(folder, "others.csv");
  writeFileSync(capsule, Buffer.concat(parts));
  const points = Array.from({ length: 40 }, (_, run) => Array.from({ length: 60 }, (_, step) => `run ${run},loss,${step},${1 / (1 + run + step)}`));
  writeFileSync(table, `run,metric,step,value\n${points.flat().join("\n")}\n`);
  return { capsule, table };
}

/** Throws with the kind and the round's number at the first thing that is not as it must be. */
export async function importKills(rounds: number, seed: number, kinds: readonly Imported[] = ["capsule", "table"]): Promise<ImportKills> {
  using folder = temporaryFolder();
  const chance = rng(seed).stream("kill");
  let [killed, partly, completed] = [0, 0, 0];
  const sources = await importedFiles(folder.path);
  for (const kind of kinds) {
    const source = sources[kind];
    const plain = folder.file(`${kind}.descent`), began = performance.now();
    await imported(source, plain, null);
    const wholeMs = performance.now() - began, whole = contents(plain);
    let file = folder.file(`${kind} 0.descent`), before = 0;
    for (let round = 1; round <= rounds; round++) {
      const fail = (what: string): never => { throw new Error(`${kind}, round ${round}: ${what}`); };
      const end = await imported(source, file, round % 2 === 0 ? { write: 1 + chance.below(24) } : { afterMs: chance.uniform() * wholeMs });
      if (end === "killed") killed++;
      else if (end !== 0) fail(`it ended with ${end}`);
      const there = existsSync(file) ? contents(file) : [];
      const left = [...whole];
      for (const one of there) {
        const at = left.indexOf(one);
        if (at < 0) fail("a run is there that is not whole, or twice");
        left.splice(at, 1);
      }
      if (there.length < before) fail("a run that was there is gone");
      before = there.length;
      if (end === "killed" && left.length > 0 && there.length > 0) partly++;
      if (end !== 0) continue;
      if (left.length > 0) fail(`${left.length} runs are missing at its end`);
      if (await imported(source, file, null) !== 0 || contents(file).length !== whole.length) fail("the same import again added something");
      completed++;
      [file, before] = [folder.file(`${kind} ${round}.descent`), 0];
    }
    if (await imported(source, file, null) !== 0 || JSON.stringify(contents(file)) !== JSON.stringify(whole)) throw new Error(`${kind}: begun again after the last kill it did not come to its end`);
    completed++;
  }
  return { killed, partly, completed };
}

/** Its exit code, or that it was killed: at its n-th write, or after a time. */
async function imported(source: string, file: string, kill: { readonly write: number } | { readonly afterMs: number } | null): Promise<number | "killed"> {
  const child = spawn(process.execPath, [cli, "import", source, "--project", file, "--yes"], { stdio: "ignore", env: { ...process.env, ...(kill !== null && "write" in kill ? { DESCENT_FAULT: `${kill.write}:crash` } : {}) } });
  const timer = kill !== null && "afterMs" in kill ? setTimeout(() => { child.kill("SIGKILL"); }, kill.afterMs) : null;
  const [code, signal] = await once(child, "exit") as [number | null, NodeJS.Signals | null];
  if (timer !== null) clearTimeout(timer);
  return signal === "SIGKILL" ? "killed" : code ?? -1;
}

/** All that there is of each run, as a text; in order. Opened as the next start does, which removes files that no row names. Throws where the file or a checkpoint is damaged. */
function contents(file: string): readonly string[] {
  const store = openStore(file, () => Date.now());
  try {
    const db = new Sqlite(file, { readonly: true });
    try {
      if (db.pragma("integrity_check", { simple: true }) !== "ok" || (db.pragma("foreign_key_check") as unknown[]).length > 0) throw new Error("the database is damaged");
      const folder = file.replace(/\.descent$/, ".files");
      const kept = new Map((db.prepare("select file, hash from saved_state union select 'data/' || hash || '.csv', hash from source_file").all() as { file: string; hash: string }[]).map((row) => [join(folder, row.file), row.hash]));
      for (const [path, hash] of kept) if (createHash("sha256").update(readFileSync(path)).digest("hex") !== hash) throw new Error(`${path} is not what its row says`);
      for (const path of ["runs", "data"].flatMap((name) => below(join(folder, name)))) if (!kept.has(path)) throw new Error(`${path} is nobody's`);
    } finally { db.close(); }
    return store.runs.list().map(({ id, name, state, metrics, tags, weightHash }) => {
      const curves = createHash("sha256");
      for (const { metric, steps, values } of store.series.read(id, [])) curves.update(metric).update(steps).update(values);
      const saved = store.checkpoints.list(id).map(({ hash, step }) => [step, hash]);
      return JSON.stringify([name, state, metrics, tags, weightHash, curves.digest("hex"), saved, store.runs.weightHashes(id)]);
    }).sort();
  } finally { store.close(); }
}

const below = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name)) : []);
