/** Troubles that a test plants from outside, by environment variable. Whoever opens a project decides whether they count: a packed application never asks. */

import type { Fault } from "./transactions.ts";

/**
 * `DESCENT_FAULT=7:SQLITE_FULL` lets the seventh commit or step of writing a file fail so, `7+:SQLITE_FULL` that one and all after it, `7:crash` ends the process there as a power cut would: at once.
 * Undefined where nothing of the kind is asked for.
 */
export function faultFrom(text: string | undefined, crash: () => void): Fault | undefined {
  const found = /^(\d{1,9})(\+?):(crash|[A-Z_]{3,40})$/.exec(text ?? "");
  if (found === null) return undefined;
  const [at, goesOn, what = ""] = [Number(found[1]), found[2] === "+", found[3]];
  let count = 0;
  return () => {
    count++;
    if (goesOn ? count < at : count !== at) return;
    if (what === "crash") crash();
    throw Object.assign(new Error("planted by DESCENT_FAULT"), { code: what });
  };
}

/** `DESCENT_CLOCK=-86400000`: milliseconds by which the clock is wrong; 0 where nothing of the kind is asked for. */
export const clockError = (text: string | undefined): number => (/^-?\d{1,15}$/.test(text ?? "") ? Number(text) : 0);
