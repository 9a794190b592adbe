/** `npm run test:long:export [POINTS]`: ten million stored points as a file in every form, with the time and the memory that each took; throws where a row is missing or a process grew beyond 300 MB. */

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { tableFormats } from "../../src-main/contract/exports.ts";
import { openStore } from "../../src-main/store/open.ts";
import { countingClock, newRun } from "../support/project.ts";

const [points = 10_000_000] = process.argv.slice(2).map(Number);
/** What the command as a whole may take: the process with its thread. */
const mostBytes = 300e6;
const root = resolve(import.meta.dirname, "..", "..");
/** The command as it is installed, where it was built: reading TypeScript takes memory too. */
const door = [join(root, "out/main/cli.js"), join(root, "src-main/cli/main.ts")].find((one) => existsSync(one))!;
const folder = mkdtempSync(join(tmpdir(), "descent-export-"));

try {
  const file = join(folder, "test.descent");
  const store = openStore(file, countingClock());
  // Half of it in one curve, half in runs of usual length.
  const runs = store.runs.addGroup(Array.from({ length: 51 }, (_, i) => newRun(store, { name: `run ${i}` }))).map(({ run }) => run.id);
  for (const [i, id] of runs.entries()) {
    const length = i === 0 ? points / 2 : points / 2 / 100;
    for (const metric of i === 0 ? ["batch/loss"] : ["batch/loss", "batch/penalty"]) {
      for (let from = 0; from < length; from += 100_000) {
        const steps = Float64Array.from({ length: Math.min(100_000, length - from) }, (_, k) => from + k + 1);
        store.runs.record(id, { epoch: 0, step: 0, trainingMs: 0, metrics: {}, hashes: [], notes: [], series: [{ metric, steps, values: steps.map((step) => Math.sin(step) / step) }] });
      }
    }
  }
  store.close();
  console.log(`${points} points, ${Math.round(statSync(file).size / 1e6)} MB`);
  const tooMuch: string[] = [];
  for (const format of tableFormats) {
    const out = join(folder, `curves.${format}`);
    const began = performance.now();
    const { stdout, stderr, status } = spawnSync(process.execPath, ["--import", `data:text/javascript,process.on("exit",()=>{process.stderr.write("peak "+process.resourceUsage().maxRSS+"\\n")})`, door, "export", ...runs, "--project", file, "--format", format, "--out", out, "--json"], { encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
    const peak = Number(/peak (\d+)/.exec(stderr)![1]) * 1024;
    const { rows, sizeBytes } = JSON.parse(stdout) as { rows: number; sizeBytes: number };
    console.log(`${format.padEnd(8)} ${rows} rows, ${Math.round(sizeBytes / 1e6)} MB in ${((performance.now() - began) / 1000).toFixed(1)} s, at most ${Math.round(peak / 1e6)} MB of memory`);
    if (rows !== points) throw new Error(`${points} points went in and ${rows} rows came out`);
    if (peak > mostBytes) tooMuch.push(`${format} ${Math.round(peak / 1e6)} MB`);
    rmSync(out);
  }
  if (tooMuch.length > 0) throw new Error(`more memory than ${mostBytes / 1e6} MB: ${tooMuch.join(", ")}`);
} finally { rmSync(folder, { recursive: true, force: true }); }
