/** The documents at the root say what is there. */

import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");

describe("ARCHITECTURE.md", () => {
  const named = [...read("ARCHITECTURE.md").matchAll(/`((?:src-|tests\/|docs\/|examples\/|scripts\/)[\w./-]*)`/g)].map((match) => match[1]!);

  it("names files and folders that exist", () => {
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

describe("README.md", () => {
  const scripts = Object.keys((JSON.parse(read("package.json")) as { scripts: Record<string, string> }).scripts);

  it("names only npm scripts that exist", () => {
    const used = [...read("README.md").matchAll(/(?:`|&& )npm (?:run )?([\w:]+)/g)].map((match) => match[1]!).filter((name) => name !== "ci");
    expect(used).toContain("start");
    expect(used).toContain("test");
    expect(used.filter((name) => !scripts.includes(name))).toEqual([]);
  });

  it("links to files that exist", () => {
    const links = [...read("README.md").matchAll(/\]\((?!https?:)([^)#]+)/g)].map((match) => match[1]!);
    expect(links.length).toBeGreaterThan(3);
    expect(links.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});
