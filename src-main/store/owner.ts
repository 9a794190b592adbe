/** Who writes to a project: one process at a time, named so that a dead one is not mistaken for a living one. Knows processes, not projects. */

import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";

/**
 * A process for life. A pid alone is not enough, for the system gives it again: `started` is when that pid's process began
 * (on Linux in clock ticks since the boot named by `boot`; elsewhere in milliseconds since 1970), `instance` is drawn at random by each opener.
 */
export interface Owner { readonly pid: number; readonly started: string; readonly boot: string; readonly instance: string }

/** This very process, as a new owner. */
export function thisOwner(): Owner {
  const started = process.platform === "linux" ? linuxProcess(process.pid)?.started : undefined;
  return { pid: process.pid, started: started ?? String(Math.round(performance.timeOrigin)), boot: bootId(), instance: randomUUID() };
}

/** Whether the process that wrote `owner` still runs. Where the system will not say when a living pid began, it counts as that owner: better to wait than to have two writers. */
export function isAlive(owner: Owner): boolean {
  const boot = bootId();
  if (owner.boot !== boot) return false;
  if (process.platform === "linux") {
    const found = linuxProcess(owner.pid);
    return found !== null && found.isRunning && found.started === owner.started;
  }
  if (!answers(owner.pid)) return false;
  const began = beginning(owner.pid);
  // ps and PowerShell round to seconds, and a process needs a moment before it reads its own clock.
  return began === null || Math.abs(began - Number(owner.started)) < 5000;
}

/** From /proc/PID/stat: field 3 is the state, field 22 the start in clock ticks since boot. The name in field 2 may hold spaces and brackets. */
function linuxProcess(pid: number): { started: string; isRunning: boolean } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // A zombie (Z) or a process being taken down (X) writes no more.
    return { started: fields[19]!, isRunning: fields[0] !== "Z" && fields[0] !== "X" };
  } catch {
    return null;
  }
}

function bootId(): string {
  if (process.platform !== "linux") return "";
  try { return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim(); } catch { return ""; }
}

function answers(pid: number): boolean {
  try { process.kill(pid, 0); return true; } catch (error) { return (error as NodeJS.ErrnoException).code === "EPERM"; }
}

/** When a process began, in milliseconds since 1970, asked of macOS's ps or Windows' PowerShell; null when they do not say. */
function beginning(pid: number): number | null {
  const [command, args] = process.platform === "win32"
    ? ["powershell.exe", ["-NoProfile", "-NonInteractive", "-Command", `([DateTimeOffset](Get-Process -Id ${pid}).StartTime).ToUnixTimeMilliseconds()`]] as const
    : ["ps", ["-o", "lstart=", "-p", String(pid)]] as const;
  try {
    // Loaded by who needs it: it takes every other start 10 ms.
    const said = process.getBuiltinModule("node:child_process").execFileSync(command, args, { encoding: "utf8", timeout: 5000, stdio: ["ignore", "pipe", "ignore"], env: { ...process.env, LC_ALL: "C" } }).trim();
    const began = process.platform === "win32" ? Number(said) : Date.parse(said);
    return said === "" || Number.isNaN(began) ? null : began;
  } catch {
    return null;
  }
}
