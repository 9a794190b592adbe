/** A contestant: a process of its own, on one core and one thread, that answers one line at a time. Whoever starts one ends it. */

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Ask, Greeting } from "./lines.ts";
import { pinned } from "./machine.ts";

/** Who takes part, before it is started: what to run for a task's folder. */
export interface Entry {
  readonly name: string;
  readonly kind: "own" | "peer";
  readonly command: (folder: string) => readonly string[];
  /** Whether it takes this workload on at all. */
  readonly takes: (letter: string) => boolean;
}

export interface Contestant {
  readonly name: string;
  readonly kind: "own" | "peer";
  readonly about: string;
  /** Answers, or throws an Error with what the process said. */
  ask<T>(ask: Ask, limitSeconds?: number): Promise<T>;
  end(): Promise<void>;
}

/** A contestant that said itself that it cannot take part: no fault of its. */
export class Declined extends Error {}

/** One thread for everything that would like more; and no choice of kernels from outside, which would hold a current BLAS back. */
export function environment(): NodeJS.ProcessEnv {
  const { OPENBLAS_CORETYPE: _, OPENBLAS_L2_SIZE: __, ...rest } = process.env;
  const one = Object.fromEntries(["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"].map((name) => [name, "1"]));
  return { ...rest, ...one, XLA_FLAGS: "--xla_cpu_multi_thread_eigen=false", TF_CPP_MIN_LOG_LEVEL: "3", PYTHONDONTWRITEBYTECODE: "1" };
}

/** Starts a contestant on a core, or on any where it is null, and waits for its first line. Throws Declined with its reason, or an Error with its last words where it dies. */
export async function start(entry: Entry, folder: string, core: number | null): Promise<Contestant> {
  const [program, ...args] = (core === null ? entry.command(folder) : pinned(entry.command(folder), core)) as [string, ...string[]];
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"], env: environment() });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let complaints = "";
  child.stderr.on("data", (text: Buffer) => { complaints = `${complaints}${text.toString()}`.slice(-2000); });
  // A contestant that is gone is told by the end of its lines.
  child.stdin.on("error", () => undefined);
  const gone = new Promise<void>((resolve) => { child.on("close", (_, signal) => { if (signal !== null) complaints += `\nended by ${signal}`; resolve(); }); child.on("error", (error) => { complaints += error.message; resolve(); }); });
  const end = async (): Promise<void> => {
    child.stdin.end('{"do":"end"}\n');
    const timer = setTimeout(() => child.kill("SIGKILL"), 3000);
    await gone;
    clearTimeout(timer);
  };

  const hear = async <T>(limitSeconds: number): Promise<T> => {
    const timer = setTimeout(() => { complaints += `no answer within ${limitSeconds} s`; child.kill("SIGKILL"); }, 1000 * limitSeconds);
    let { value } = await lines.next();
    // A library may greet on standard output too.
    while (value !== undefined && !value.startsWith("{")) ({ value } = await lines.next());
    clearTimeout(timer);
    if (value === undefined) { await gone; throw new Error(complaints.trim().split("\n").at(-1) || "it ended without a word"); }
    const heard = JSON.parse(value) as T & { failed?: string };
    if (heard.failed !== undefined) throw new Error(heard.failed);
    return heard;
  };

  try {
    const { ready, about } = await hear<Greeting>(120);
    if (!ready) throw new Declined(about);
    return {
      name: entry.name, kind: entry.kind, about, end,
      ask<T>(ask: Ask, limitSeconds = 180): Promise<T> {
        child.stdin.write(`${JSON.stringify(ask)}\n`);
        return hear<T>(limitSeconds);
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}
