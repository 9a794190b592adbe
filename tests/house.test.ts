/** Who may import whom. A wrong arrow fails with a sentence that names the file, the room it reached into and the rooms it may use. */

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "..");

/** Rooms and what each may import besides itself. The longest matching name is a file's room. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  "src-engine/spec": [],
  "src-engine/rng.ts": ["src-engine/kernels/math.ts"],
  "src-engine/data": ["src-engine/spec", "src-engine/rng.ts", "src-engine/kernels"],
  "src-engine/kernels": [],
  "src-engine/stats": ["src-engine/spec", "src-engine/kernels"],
  "src-engine/nn": ["src-engine/spec", "src-engine/rng.ts", "src-engine/kernels", "src-engine/stats", "src-engine/data"],
  "src-engine/optim": ["src-engine/spec", "src-engine/kernels", "src-engine/stats"],
  "src-engine/search": ["src-engine/spec", "src-engine/rng.ts", "src-engine/kernels/math.ts", "src-engine/stats"],
  "src-engine/catalog.ts": ["src-engine/spec", "src-engine/data", "src-engine/nn", "src-engine/optim", "src-engine/catalog.zh.ts"],
  "src-engine/catalog.zh.ts": ["src-engine/spec", "src-engine/data", "src-engine/nn", "src-engine/optim"],
  "src-engine/plan": ["src-engine/spec", "src-engine/rng.ts", "src-engine/kernels", "src-engine/nn", "src-engine/optim", "src-engine/data", "src-engine/catalog.ts"],
  "src-engine/train": ["src-engine/spec", "src-engine/rng.ts", "src-engine/data", "src-engine/nn", "src-engine/optim", "src-engine/catalog.ts", "src-engine/plan"],
  "src-engine/check": ["src-engine/spec", "src-engine/rng.ts", "src-engine/kernels", "src-engine/data", "src-engine/nn", "src-engine/plan", "src-engine/train"],
  "src-engine": ["src-engine/spec", "src-engine/rng.ts", "src-engine/data", "src-engine/kernels", "src-engine/stats", "src-engine/nn", "src-engine/optim", "src-engine/catalog.ts", "src-engine/plan", "src-engine/train", "src-engine/check", "src-engine/search"],
  "src-main/contract": ["src-engine/spec"],
  "src-main/store": ["src-main/contract"],
  "src-main/report": ["src-main/contract", "src-engine"],
  "src-main/exchange": ["src-main/contract", "src-engine"],
  "src-main/workers": ["src-main/contract", "src-main/exchange", "src-main/store/foreign-tables.ts", "src-engine"],
  "src-main/transfer": ["src-main/contract", "src-main/store", "src-main/exchange", "src-engine"],
  "src-main/service": ["src-main/contract", "src-main/store", "src-main/workers", "src-main/transfer", "src-main/report", "src-engine"],
  "src-main/electron": ["src-main/contract", "src-main/service", "src-main/store", "src-main/workers"],
  "src-main/cli": ["src-main/contract", "src-main/service", "src-main/store", "src-main/workers", "src-main/server"],
  "src-main/server": ["src-main/contract", "src-main/service", "src-main/store", "src-main/workers"],
  "src-renderer": ["src-main/contract"],
};

/** Packages that live in one room only. */
const packages: Readonly<Record<string, readonly string[]>> = {
  electron: ["src-main/electron"],
  "better-sqlite3": ["src-main/store"],
  "csv-parse": ["src-engine/data"],
  birpc: ["src-main/contract"],
  pdfkit: ["src-main/report"],
  fflate: ["src-main/exchange"],
  "hyparquet-writer": ["src-main/exchange"],
  pbf: ["src-main/exchange"],
  "crc-32": ["src-main/exchange"],
  valibot: ["src-main/contract", "src-main/exchange"],
  "markdown-it": ["src-main/contract"],
  katex: ["src-main/contract"],
  yaml: ["src-main/contract", "src-main/exchange"],
  ws: ["src-main/server"],
  commander: ["src-main/cli"],
  svelte: ["src-renderer"],
  "chart.js": ["src-renderer"],
  "@codemirror": ["src-renderer"],
  "@lezer": ["src-renderer"],
};

/** Node's own modules are for the workbench; the engine and the face run anywhere. */
const withoutNode = ["src-engine", "src-renderer", "src-main/contract", "src-main/report", "src-main/exchange"];

interface Import { readonly file: string; readonly target: string }

const within = (path: string, room: string): boolean => path === room || path.startsWith(`${room}/`);
const roomOf = (path: string): string | undefined => Object.keys(allowed).filter((room) => within(path, room)).sort((a, b) => b.length - a.length)[0];

/** One sentence for each import that the tables above do not allow. */
export function wrongArrows(imports: readonly Import[]): string[] {
  return imports.flatMap(({ file, target }) => {
    const from = roomOf(file);
    if (from === undefined) return [`${file}: belongs to no room; the rooms are ${Object.keys(allowed).join(", ")}`];
    if (target.startsWith("src-")) {
      const to = roomOf(target) ?? target;
      const rooms = allowed[from]!;
      // "src-engine" as a whole means its public face and what spec declares, not its inner rooms.
      const engineFace = rooms.includes("src-engine") && (target === "src-engine/index.ts" || target === "src-engine/node.ts" || within(target, "src-engine/spec"));
      const fine = from === to || engineFace || rooms.some((room) => room !== "src-engine" && within(target, room));
      return fine ? [] : [`${file}: ${from} may not import ${target}; it may import ${rooms.join(", ") || "nothing"}`];
    }
    if (target.startsWith("node:")) return withoutNode.some((room) => within(file, room)) && file !== "src-engine/node.ts" ? [`${file}: ${from} may not import ${target}; it must run without Node`] : [];
    const owner = Object.keys(packages).find((name) => within(target, name));
    if (owner === undefined) return [];
    return packages[owner]!.some((room) => within(file, room)) ? [] : [`${file}: the package ${owner} belongs to ${packages[owner]!.join(", ")}`];
  });
}

/** Every static and dynamic import of the three source folders, targets as paths from the root or package names. */
function imports(): Import[] {
  const files = ["src-engine", "src-main", "src-renderer"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && /\.(ts|svelte)$/.test(entry.name)).map((entry) => join(entry.parentPath, entry.name)));
  return files.flatMap((path) => {
    const file = relative(root, path).replaceAll("\\", "/");
    const found = readFileSync(path, "utf8").matchAll(/(?:^|[\s;}])(?:import|export)\s[^"';]*?from\s*["']([^"']+)["']|(?:^|[\s;(=])import\s*\(?\s*["']([^"']+)["']/gm);
    return [...found].map((match) => {
      const name = (match[1] ?? match[2]!).replace(/\?.*$/, "");
      return { file, target: name.startsWith(".") ? posix.join(dirname(file).replaceAll("\\", "/"), name) : name };
    });
  });
}

describe("the arrows", () => {
  it("hold for every import", () => { expect(wrongArrows(imports())).toEqual([]); });

  it("see every folder of source (a reader that finds nothing would always pass)", () => {
    const found = imports();
    for (const room of ["src-engine/plan", "src-main/service", "src-main/electron", "src-renderer/pages"]) expect(found.some(({ file }) => within(file, room)), room).toBe(true);
  });

  it.each([
    ["src-renderer/pages/Run.svelte", "src-engine/nn/losses.ts", "src-renderer/pages/Run.svelte: src-renderer may not import src-engine/nn/losses.ts; it may import src-main/contract"],
    ["src-engine/spec/param.ts", "src-engine/catalog.ts", "src-engine/spec/param.ts: src-engine/spec may not import src-engine/catalog.ts; it may import nothing"],
    ["src-main/service/runs.ts", "src-engine/plan/arena.ts", "src-main/service/runs.ts: src-main/service may not import src-engine/plan/arena.ts; it may import src-main/contract, src-main/store, src-main/workers, src-main/transfer, src-main/report, src-engine"],
    ["src-main/service/runs.ts", "better-sqlite3", "src-main/service/runs.ts: the package better-sqlite3 belongs to src-main/store"],
    ["src-main/server/main.ts", "electron", "src-main/server/main.ts: the package electron belongs to src-main/electron"],
    ["src-engine/data/csv.ts", "node:fs", "src-engine/data/csv.ts: src-engine/data may not import node:fs; it must run without Node"],
  ])("refuse %s → %s", (file, target, sentence) => { expect(wrongArrows([{ file, target }])).toEqual([sentence]); });

  it.each([
    ["src-main/service/runs.ts", "src-engine/index.ts"],
    ["src-renderer/state/draft.svelte.ts", "src-main/contract/checks.ts"],
    ["src-main/store/open.ts", "better-sqlite3"],
  ])("allow %s → %s", (file, target) => { expect(wrongArrows([{ file, target }])).toEqual([]); });
});
