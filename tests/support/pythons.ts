/** Pythons of this machine that have a package, for comparing exported programs. `DESCENT_PYTHON` names one more; "none" looks for none. */

import { spawnSync } from "node:child_process";

/** OpenBLAS is left to choose its own kernels: settings made for one processor crash on another. */
export const pythonEnvironment = (): NodeJS.ProcessEnv => {
  const { OPENBLAS_CORETYPE: _, OPENBLAS_L2_SIZE: __, ...rest } = process.env;
  return { ...rest, KERAS_BACKEND: "jax", TF_CPP_MIN_LOG_LEVEL: "3" };
};

export interface Python { readonly command: string; readonly versions: Readonly<Record<string, string>> }

const known = new Map<string, Python | null>();

/** The first Python that can import all of them, with their versions; null where there is none. */
export function pythonWith(...packages: readonly string[]): Python | null {
  const key = packages.join();
  if (!known.has(key)) known.set(key, find(packages));
  return known.get(key)!;
}

function find(packages: readonly string[]): Python | null {
  if (process.env["DESCENT_PYTHON"] === "none") return null;
  const code = `import json, sys, ${packages.join(", ")}\nprint(json.dumps({"python": sys.version.split()[0], ${packages.map((name) => `"${name}": ${name}.__version__`).join(", ")}}))`;
  for (const command of [process.env["DESCENT_PYTHON"], "/usr/bin/python3", "python3", "python"]) {
    if (command === undefined) continue;
    const { status, stdout } = spawnSync(command, ["-c", code], { encoding: "utf8", env: pythonEnvironment(), timeout: 60_000 });
    if (status === 0) return { command, versions: JSON.parse(stdout.trim().split("\n").at(-1)!) as Record<string, string> };
  }
  return null;
}

/** Runs a script; throws with what it said where it ends badly. */
export function runPython({ command }: Python, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8", env: pythonEnvironment(), timeout: 110_000, maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}: ${error?.message ?? stderr.trim().split("\n").slice(-6).join("\n")}`);
  return stdout;
}
