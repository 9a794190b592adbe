#!/usr/bin/env node
/** `npm run bench`: Descent's executors and their peers in turns, on the workloads A–F. Measures and never fails on time; exit code 1 where somebody's losses differ from ours or one of our executors breaks, 2 for wrong arguments. */

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { own, peers } from "../tests/bench/contestants.ts";
import { describeMachine, load } from "../tests/bench/machine.ts";
import { readOptions, usage } from "../tests/bench/options.ts";
import type { Options } from "../tests/bench/options.ts";
import { runPart } from "../tests/bench/parts/parts.ts";
import type { Bench } from "../tests/bench/parts/parts.ts";

const root = resolve(import.meta.dirname, "..");

function options(): Options {
  if (process.argv.includes("--help")) {
    console.log(usage);
    process.exit(0);
  }
  try { return readOptions(process.argv.slice(2)); } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
}

const given = options();
const log = (line: string): void => { console.log(line); };
const machine = describeMachine(given.fma);
log(`${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.system}, Node ${machine.versions["node"]}; load ${machine.loadAtStart.map((one) => one.toFixed(2)).join(" ")}`);

const isWanted = ({ name }: { readonly name: string }): boolean => given.who.length === 0 || given.who.some((word) => name.startsWith(word));
const bench: Bench = { options: given, machine, log, root, scratch: join(root, "out", "bench", "tasks"), entries: [...own, ...peers(given.python, log)].filter(isWanted) };

const results: Record<string, unknown> = {};
let isAgreed = true;
for (const part of given.part) {
  log(`\n${part}`);
  const result = await runPart(part, bench);
  results[part] = result.found;
  isAgreed &&= result.isAgreed;
}

const file = resolve(given.json ?? join(root, "bench-results", `${machine.date.replaceAll(":", "-").slice(0, 19)}.json`));
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify({ machine, loadAtEnd: load(), options: given, ...results }, null, 1)}\n`);
log(`\nWritten to ${file}`);
if (!isAgreed) {
  log("Somebody's losses differ from ours, so that its row compares two different trainings, or one of ours broke.");
  process.exitCode = 1;
}
