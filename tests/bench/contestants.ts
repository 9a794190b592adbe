/** Who takes part: our executors, peers from npm at pinned versions, and peers of every Python that is named or found. */

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Entry } from "./contestant.ts";
import { environment } from "./contestant.ts";
import { executors } from "./own/executors.ts";

const here = import.meta.dirname;
const cache = resolve(here, "../../out/bench/peers");
/** Node without its remark that TypeScript is experimental there. */
const node = (script: string): readonly string[] => [process.execPath, "--disable-warning=ExperimentalWarning", join(here, script)];

export const own: readonly Entry[] = executors.map(({ name, only }) => ({
  name, kind: "own", command: (folder) => [...node("own/main.ts"), folder, name], takes: (letter) => only === undefined || only.some((one) => one === letter),
}));

/** The peers in JavaScript. Fetched by the benchmark itself into out/bench/peers, never by `npm ci`. */
const packages = { "@tensorflow/tfjs": "4.22.0", "@tensorflow/tfjs-backend-wasm": "4.22.0", "@jax-js/jax": "0.1.25" } as const;

const fromNpm: readonly Entry[] = [
  // It has no kernel for the gradient of a convolution, and 3 steps a second on D.
  { name: "tfjs wasm", kind: "peer", command: (folder) => [...node("peers/tfjs.mjs"), folder, cache], takes: (letter) => "ABCD".includes(letter) },
  { name: "jax-js wasm", kind: "peer", command: (folder) => [...node("peers/jax-js.mjs"), folder, cache], takes: (letter) => "ABC".includes(letter) },
];

/** A mode of a peer in Python: the module that must be there, the script, its argument. */
const inPython = [
  ["torch", "torch_peer.py", "eager"], ["torch", "torch_peer.py", "fused"], ["torch", "torch_peer.py", "compile"],
  ["jax", "jax_peer.py", "jit"], ["jax", "jax_peer.py", "scan"], ["tensorflow", "tensorflow_peer.py", "function"],
] as const;

/** Everybody who can be had here. `pythons`: paths to try; where none is given, those that are usual. */
export function peers(pythons: readonly string[], log: (line: string) => void): Entry[] {
  return [...python(pythons, log), ...(fetchPackages(log) ? fromNpm : [])];
}

function fetchPackages(log: (line: string) => void): boolean {
  const isThere = (): boolean => Object.entries(packages).every(([name, version]) => {
    const manifest = join(cache, "node_modules", name, "package.json");
    return existsSync(manifest) && (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version === version;
  });
  if (isThere()) return true;
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, "package.json"), `${JSON.stringify({ private: true, dependencies: packages }, null, 2)}\n`);
  log(`Fetching ${Object.entries(packages).map(([name, version]) => `${name}@${version}`).join(", ")} into out/bench/peers …`);
  try {
    execFileSync("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"], { cwd: cache, stdio: ["ignore", "ignore", "pipe"], shell: process.platform === "win32" });
  } catch (error) {
    log(`npm could not fetch them, so the peers in JavaScript are left out: ${String((error as { stderr?: Buffer }).stderr).trim().split("\n")[0]}`);
  }
  return isThere();
}

/** Each module is taken from the first Python that has it. */
function python(paths: readonly string[], log: (line: string) => void): Entry[] {
  const names = ["torch", "jax", "tensorflow", "numpy"];
  const found = new Map<string, string>();
  for (const path of paths.length > 0 ? paths : ["python3", "/usr/bin/python3"]) {
    const question = `import importlib.util as u, json; print(json.dumps([n for n in ${JSON.stringify(names)} if u.find_spec(n)]))`;
    const { status, stdout } = spawnSync(path, ["-c", question], { encoding: "utf8", env: environment() });
    if (status !== 0) {
      if (paths.length > 0) log(`${path} is no Python that runs here.`);
      continue;
    }
    const modules = JSON.parse(stdout.trim().split("\n").at(-1)!) as string[];
    if (modules.includes("numpy")) for (const name of modules) if (!found.has(name)) found.set(name, path);
  }
  if (found.size === 0) log("No Python with numpy and torch, jax or tensorflow was found; name one with --python PATH.");
  return inPython.flatMap(([module, script, mode]): Entry[] => {
    const path = found.get(module);
    if (path === undefined) return [];
    return [{ name: `${module} ${mode}`, kind: "peer", command: (folder) => [path, join(here, "peers", script), folder, mode], takes: () => true }];
  });
}
