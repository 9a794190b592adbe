/** Our contestant as the product ships: one file without types. A checkout that runs from source holds 50 MB more, most of it for taking types away. */

import { cpSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Entry } from "./contestant.ts";

/** Bundles own/main.ts into out/bench/main/, with the native kernels beside it where a build has them, and returns entries that run that. */
export async function bundled(entries: readonly Entry[], root: string): Promise<Entry[]> {
  const { build } = await import("vite");
  const folder = join(root, "out", "bench", "main");
  rmSync(folder, { recursive: true, force: true });
  await build({ configFile: false, root, logLevel: "error", build: { ssr: join(import.meta.dirname, "own", "main.ts"), outDir: folder, emptyOutDir: true } });
  const native = join(root, "src-engine", "kernels", "native");
  if (existsSync(native)) cpSync(native, join(root, "out", "bench", "native"), { recursive: true });
  return entries.map((entry) => (entry.kind === "peer" ? entry : { ...entry, command: (at) => entry.command(at).map((word) => (word.endsWith(join("own", "main.ts")) ? join(folder, "main.js") : word)) }));
}
