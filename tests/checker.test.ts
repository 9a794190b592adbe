/** The checker of Svelte files does check: three errors planted in a component are all found. A checker that falls silent would pass everything. */

import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";

const root = resolve(import.meta.dirname, "..");

it("svelte-check finds a wrong assignment, a wrong argument and a wrong property in the markup", () => {
  const folder = join(root, "out", "planted");
  mkdirSync(folder, { recursive: true });
  try {
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ extends: "../../tsconfig.json", include: ["*.svelte"], references: [] }));
    writeFileSync(join(folder, "Planted.svelte"), [
      `<script lang="ts">`,
      `  let { name }: { name: string } = $props();`,
      `  const count: number = "three";`,
      `  const upper = (text: string): string => text.toUpperCase();`,
      `  const wrong = upper(count);`,
      `</script>`,
      `<p>{name.size} {wrong}</p>`,
    ].join("\n"));
    const { stdout } = spawnSync(process.execPath, [join(root, "scripts", "run.mjs"), "svelte-check", "--workspace", folder, "--tsconfig", join(folder, "tsconfig.json"), "--tsgo", "--output", "machine"], { encoding: "utf8" });
    const lines = [...stdout.matchAll(/ERROR "[^"]*" (\d+):/g)].map((match) => Number(match[1]));
    expect(lines.sort(), stdout).toEqual([3, 5, 7]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
