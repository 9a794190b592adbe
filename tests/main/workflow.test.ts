/** The workflows: read as YAML, and held to what they must and must not do. Whether they run, only their host can tell. */

import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

interface Step { readonly uses?: string; readonly run?: string; readonly name?: string; readonly if?: string; readonly with?: Readonly<Record<string, unknown>> }
interface Job { readonly "runs-on": string; readonly steps: readonly Step[]; readonly strategy: { readonly matrix: { readonly os?: readonly string[]; readonly include?: readonly { os: string; arch: string }[] } }; readonly needs?: string }
interface Workflow { readonly on: object; readonly permissions: object; readonly jobs: Readonly<Record<string, Job>> }

const root = resolve(import.meta.dirname, "..", "..");
const folder = join(root, ".github", "workflows");
const texts = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")] as const);
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };

describe.each(texts)("%s", (_name, text) => {
  const workflow = parse(text, { strict: true, uniqueKeys: true }) as Workflow;
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);

  it("uses no secret and may only read the repository", () => {
    expect(text).not.toMatch(/secrets\.|GITHUB_TOKEN|GH_TOKEN/);
    expect(workflow.permissions).toEqual({ contents: "read" });
  });

  it("pins every action to a major version of GitHub's own", () => {
    const uses = steps.flatMap((step) => step.uses ?? []);
    expect(uses.length).toBeGreaterThan(0);
    for (const action of uses) expect(action).toMatch(/^actions\/[a-z-]+@v\d+$/);
  });

  it("runs only scripts that package.json has", () => {
    const called = steps.flatMap((step) => [...(step.run ?? "").matchAll(/\bnpm (?:run )?([\w:-]+)/g)].map((match) => match[1]!)).filter((name) => name !== "ci");
    expect(called.length).toBeGreaterThan(0);
    for (const name of called) expect(Object.keys(scripts)).toContain(name);
  });
});

describe("desktop.yml", () => {
  const { jobs } = parse(readFileSync(join(folder, "desktop.yml"), "utf8")) as Workflow;
  const runs = (job: string) => jobs[job]!.steps.flatMap((step) => step.run ?? []);

  it("tests on Linux, Windows and macOS, and the desktop application with the real Electron", () => {
    expect(jobs["test"]!.strategy.matrix.os!.map((os) => os.split("-")[0])).toEqual(["ubuntu", "windows", "macos"]);
    const commands = runs("test");
    const order = ["npm ci", "npm test", "install-electron", "xvfb-run", "npm run test:electron"].map((command) => commands.findIndex((run) => run.includes(command)));
    expect(order.every((at) => at >= 0) && order.every((at, i) => i === 0 || at >= order[i - 1]!)).toBe(true);
    // Without the flag a missing Electron would be a skip, and a skip would pass.
    expect(commands.filter((run) => run.includes("test:electron")).every((run) => run.endsWith("-- --must-run"))).toBe(true);
  });

  it("makes every native file again on Linux and compares, and loads each on a runner of its kind", () => {
    expect(jobs["test"]!.steps.filter((step) => step.if === "runner.os == 'Linux'").flatMap((step) => step.run ?? [])).toContain("npm run native -- --check");
    const commands = runs("package");
    expect(commands.indexOf("npm test -- tests/engine/native-build.test.ts")).toBe(commands.findIndex((run) => run.startsWith("npm run package")) - 1);
  });

  it("packs on six runners, x64 and arm64 of each system, after the tests", () => {
    const { needs, strategy } = jobs["package"]!;
    expect(needs).toBe("test");
    expect(strategy.matrix.include!.map(({ os, arch }) => `${os.split("-")[0]} ${arch}`)).toEqual(["ubuntu x64", "ubuntu arm64", "windows x64", "windows arm64", "macos x64", "macos arm64"]);
    expect(runs("package")).toContain("npm run package -- --${{ matrix.arch }}");
  });

  it("keeps the sandbox on", () => { expect(readFileSync(join(folder, "desktop.yml"), "utf8")).not.toContain("no-sandbox"); });
});
