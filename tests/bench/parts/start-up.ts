/**
 * From typing `descent run` to the first training step of C, and the most memory that command holds. Whole processes, from spawn on: Node, the project's file, the
 * worker, reading the rows, compiling, the untrained network's measurement. As little data as one batch needs, since reading more is not starting.
 */

import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { median, table } from "../report.ts";
import { rowsOf } from "../rows.ts";
import { workload } from "./alone.ts";
import type { Bench, PartResult } from "./parts.ts";

/** Rows of the file: two batches for training, and some to validate. */
const fileRows = 160;
const doors = ["out/main/cli.js", "scripts/descent.mjs"] as const;

/** The first step lies between the two: when the worker took the run up, and when the first line came that tells of a step. A report is due every 100 ms. */
interface Start { readonly beginsMs: number; readonly toldMs: number; readonly totalMs: number; readonly peakBytes: number }

export async function startUp({ root, log, options: { rounds } }: Bench): Promise<PartResult> {
  const folder = mkdtempSync(join(tmpdir(), "descent-bench-"));
  const found = [];
  try {
    const spec = writeSpec(folder);
    for (const door of doors.filter((file) => existsSync(join(root, file)))) {
      const starts: Start[] = [];
      try {
        for (let round = 0; round < rounds; round++) starts.push(await oneStart(root, door, spec, join(folder, `${door.length}-${round}.descent`)));
        const of = (what: keyof Start): number => median(starts.map((one) => one[what]));
        found.push({ door, beginsMs: of("beginsMs"), toldMs: of("toldMs"), bestToldMs: Math.min(...starts.map((one) => one.toldMs)), totalMs: of("totalMs"), peakBytes: of("peakBytes") });
      } catch (error) {
        log(`  ${door}: did not run (${(error as Error).message})`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  for (const line of table([`C on ${fileRows} rows, ms`, "worker begins", "first step told", "best", "whole run", "peak MiB"], found.map(({ door, beginsMs, toldMs, bestToldMs, totalMs, peakBytes }) => (
    [`descent run by ${door}`, beginsMs.toFixed(0), toldMs.toFixed(0), bestToldMs.toFixed(0), totalMs.toFixed(0), Number.isFinite(peakBytes) ? (peakBytes / 2 ** 20).toFixed(0) : "–"])))) log(line);
  return { found, isAgreed: true };
}

/** C as a person writes it, beside a file of its rows. */
function writeSpec(folder: string): string {
  const { model, batchSize } = workload("C");
  const { x, y } = rowsOf({ ...workload("C"), rows: fileRows });
  const f = x.length / fileRows;
  const header = `${Array.from({ length: f }, (_, j) => `x${j}`).join(",")},label`;
  const lines = Array.from({ length: fileRows }, (_, i) => `${Array.from(x.subarray(i * f, (i + 1) * f), (value) => value.toFixed(3)).join(",")},c${y[i]}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "rows.csv"), `${[header, ...lines].join("\n")}\n`);
  const spec = join(folder, "c.json");
  writeFileSync(spec, JSON.stringify({
    version: 1, data: { kind: "csv", file: "rows.csv", target: "label", task: "classes" }, split: { kind: "random", validation: 0.2, test: 0 }, scaling: { kind: "none" },
    layers: model.layers, loss: model.loss, optimizer: model.optimizer, train: { epochs: 100, batchSize },
  }));
  return spec;
}

function oneStart(root: string, door: string, spec: string, project: string): Promise<Start> {
  return new Promise((resolve, reject) => {
    const from = performance.now();
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", join(root, door), "run", spec, "--json", "--project", project], { stdio: ["ignore", "pipe", "pipe"] });
    let beginsMs = NaN, toldMs: number | null = null, peakBytes = NaN, complaints = "";
    child.stderr.on("data", (text: Buffer) => { complaints += text.toString(); });
    createInterface({ input: child.stdout }).on("line", (line) => {
      const told = JSON.parse(line) as { kind: string; step: number; stepsPerSecond: number | null };
      if (told.kind !== "progress" || told.step < 1) return;
      if (toldMs === null) {
        toldMs = performance.now() - from;
        // The first line's rate is its steps over all of the training so far.
        if (told.stepsPerSecond !== null) beginsMs = toldMs - (1000 * told.step) / told.stepsPerSecond;
      }
      peakBytes = residentPeak(child.pid!) ?? peakBytes;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code !== 0 || toldMs === null) reject(new Error(complaints.trim().split("\n").at(-1) || `exit code ${code}, and no line told of a step`));
      else resolve({ beginsMs, toldMs, totalMs: performance.now() - from, peakBytes });
    });
  });
}

/** VmHWM of the process and of those it started, where the system tells. */
function residentPeak(pid: number): number | null {
  try {
    const own = 1024 * Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter((word) => word !== "");
    return children.reduce((sum, child) => sum + (residentPeak(Number(child)) ?? 0), own);
  } catch { return null; }
}
