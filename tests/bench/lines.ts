/** How the benchmark talks with a contestant: one JSON object a line on its standard input, one answer a line on its standard output, in turn. */

import { readFileSync } from "node:fs";

/** What a contestant is asked. Seconds are of training alone; a fresh chunk starts from the initial weights. */
export type Ask =
  | { readonly do: "losses"; readonly steps: number }
  | { readonly do: "chunk"; readonly seconds: number; readonly fresh: boolean; /** For a pair of workers: how many train at once. */ readonly workers?: number }
  | { readonly do: "gemm"; readonly m: number; readonly n: number; readonly k: number; readonly seconds: number }
  | { readonly do: "memory" }
  | { readonly do: "end" };

/** Data losses of the first steps, without dropout and without the penalty. */
export interface Losses { readonly losses: readonly number[] }
/** Steps taken, the milliseconds they took, and the last step's data loss. */
export interface Chunk { readonly steps: number; readonly ms: number; readonly loss: number }
export interface Memory { readonly peakBytes: number }
export interface Gemm { readonly gflops: number }
/** What comes first: who this is, with which versions and which libraries below; or why there is nobody. */
export interface Greeting { readonly ready: boolean; readonly about: string }

/** Answers asks in this process until the end is asked for. What an answer throws goes back as its message. */
export async function serve(about: string, answer: (ask: Ask) => object | Promise<object>): Promise<void> {
  const { createInterface } = await import("node:readline");
  say({ ready: true, about } satisfies Greeting);
  for await (const line of createInterface({ input: process.stdin })) {
    const ask = JSON.parse(line) as Ask;
    if (ask.do === "end") break;
    try { say(await answer(ask)); } catch (error) { say({ failed: error instanceof Error ? error.message : String(error) }); }
  }
  process.exit(0);
}

/** Says that this contestant cannot take part, and why. */
export function decline(reason: string): never {
  say({ ready: false, about: reason } satisfies Greeting);
  process.exit(0);
}

const say = (message: object): void => { process.stdout.write(`${JSON.stringify(message)}\n`); };

/** Most memory this process ever held. */
export function peakBytes(): number {
  // Where the system tells it: what getrusage counts begins with the size of the process that started this one.
  try { return 1024 * Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))![1]); } catch { return 1024 * process.resourceUsage().maxRSS; }
}
