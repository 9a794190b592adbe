/** `descent sweep`, `sweeps`, `best` and `importance`, in this process: what they print, what Ctrl-C does, what the exit codes say. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { commands } from "../../src-main/cli/commands.ts";
import type { World } from "../../src-main/cli/world.ts";
import { temporaryFolder } from "../support/project.ts";
import { smallSweep } from "../support/sweeps.ts";
import { openWorkbench } from "../support/workbench.ts";

function terminal(file: string, columns: number | null = null) {
  const told = { out: [] as string[], err: "", interrupt: (): void => { throw new Error("nobody listens"); } };
  const refuse = (): never => { throw new Error("not part of this test"); };
  const world: World = {
    out(line: string) { told.out.push(line); }, err(text: string) { told.err += text; }, columns, now: () => 0, readFile: (path: string) => readFileSync(path), exists: () => false, writeFile: refuse,
    open: ({ parallel = 1 }: { parallel: number | undefined }) => openWorkbench(file, { parallel }), restoreBackup: refuse, readSql: refuse, openDoor: refuse,
    onInterrupt(listener: (signal: "SIGINT") => void) { told.interrupt = () => { listener("SIGINT"); }; return () => undefined; },
  } as unknown as World;
  return { told, descent: (...args: string[]) => commands(args, world) };
}

it("runs a spec whose base is a file beside it, and tells each trial, the winner, and what matters", { timeout: 400_000 }, async () => {
  using folder = temporaryFolder();
  const { told, descent } = terminal(folder.file());
  writeFileSync(join(folder.path, "base.json"), JSON.stringify(smallSweep.base));
  const spec = join(folder.path, "sweep.json");
  writeFileSync(spec, JSON.stringify({ ...smallSweep, base: "base.json", confirm: { top: 1, seeds: 2 } }));
  expect(await descent("sweep", spec, "--trials", "5", "--parallel", "2", "--json")).toBe(0);
  const lines = told.out.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.filter(({ kind }) => kind === "trial").map(({ number, state }) => [number, state]).sort()).toEqual([1, 2, 3, 4, 5].map((number) => [number, "finished"]));
  expect(lines.at(-1)).toMatchObject({ kind: "finished", sweepId: "s-1", counts: { planned: 5, finished: 5 }, winner: { confirmed: [{ seeds: 2 }] } });
  told.out.length = 0;
  expect(await descent("sweeps")).toBe(0);
  expect(told.out[1]).toMatch(/^s-1 .*finished +5\/5/);
  told.out.length = 0;
  expect(await descent("mark", "s-1", "--name", "wide", "--archive")).toBe(0);
  expect(told.out).toEqual(["s-1  wide  archived"]);
  told.out.length = 0;
  expect(await descent("mark", "s-1", "--tag", "x")).toBe(2);
  expect([await descent("sweeps", "--json"), told.out]).toEqual([0, []]);
  expect([await descent("sweeps", "--archived", "--json"), told.out.length, await descent("mark", "s-1", "--no-archive")]).toEqual([0, 1, 0]);
  told.out.length = 0;
  expect(await descent("best", "s-1", "--open-test")).toBe(0);
  expect(told.out.join("\n")).toMatch(/best as it looks {2}trial \d[^]*confirmed\n {2}trial \d[^]*2 fresh seeds[^]*test\/accuracy/);
  told.out.length = 0;
  expect(await descent("best", "s-1", "s-1", "--edf")).toBe(0);
  expect(told.out.slice(0, 2)).toEqual(["validation/loss that each share of the trials attains", expect.stringMatching(/^sweep +name +trials +best +10 % +25 % +50 % +75 % +100 %$/)]);
  expect(told.out.slice(2).map((line) => line.split(/ +/).slice(0, 3))).toEqual([["s-1", "wide", "5"], ["s-1", "wide", "5"]]);
  told.out.length = 0;
  expect(await descent("best", "--edf", "--json")).toBe(0);
  const { attained } = JSON.parse(told.out[0]!) as { attained: { value: number; share: number }[] };
  expect(attained.map(({ share }) => share)).toEqual([0.2, 0.4, 0.6, 0.8, 1]);
  expect(attained.map(({ value }) => value)).toEqual(attained.map(({ value }) => value).sort((a, b) => a - b));
  expect(await descent("best", "s-1", "s-1")).toBe(2);
  told.out.length = 0;
  expect(await descent("best", "--spec")).toBe(0);
  expect(JSON.parse(told.out.join("\n"))).toMatchObject({ data: { kind: "xor" }, train: { epochs: 9, openTest: false } });
  told.out.length = 0;
  expect(await descent("importance", "--method", "pedAnova", "--json")).toBe(0);
  expect(JSON.parse(told.out[0]!)).toMatchObject({ kind: "importance", trials: 5, axes: [{ axis: "optimizer.learningRate" }, { axis: "layers.0.units" }] });
});

it("Ctrl-C keeps what was learned and returns 130; --resume goes on with the sweep of this very spec and raises its budget", { timeout: 400_000 }, async () => {
  using folder = temporaryFolder();
  const { told, descent } = terminal(folder.file(), 100);
  const spec = join(folder.path, "sweep.yaml");
  writeFileSync(spec, JSON.stringify({ ...smallSweep, base: { ...smallSweep.base, train: { epochs: 2000, batchSize: 32 } }, trials: 3, batch: 1 }));
  const going = descent("sweep", spec);
  while (!/ 1\/3 /.test(told.err)) await new Promise((resolve) => setTimeout(resolve, 20));
  told.interrupt();
  expect(await going).toBe(130);
  expect(told.out[0]).toMatch(/^s-1 stopped: [12] of 3 trials/);
  expect(told.err).toContain("descent sweep s-1 --resume");
  told.out.length = 0;
  expect(await descent("sweep", spec, "--resume", "--trials", "4")).toBe(0);
  expect(told.out[0]).toMatch(/^s-1 finished: 4 of 4 trials/);
});

it("tells what is wrong with a spec where it stands in the file, and returns 2", { timeout: 400_000 }, async () => {
  using folder = temporaryFolder();
  const { told, descent } = terminal(folder.file());
  const spec = join(folder.path, "sweep.yaml");
  writeFileSync(spec, "base:\n  data: { kind: xor }\n  optimizer:\n    kind: adm\naxes:\n  optimizer.learningRate:\n    from: -1\ntrials: none\n");
  expect(await descent("sweep", spec)).toBe(2);
  expect(told.err).toMatch(/sweep\.yaml:4:5: base\.optimizer\.kind must be one of/);
  expect(told.err).toMatch(/sweep\.yaml:8:1: trials must be/);
  expect(await descent("sweep")).toBe(2);
  expect(await descent("best", "s-7")).toBe(2);
});
