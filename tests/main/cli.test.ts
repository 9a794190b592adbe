/** The command line as a program: how values are printed, what Ctrl-C does, and the whole of it in a process of its own. */

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { duration, figure, jsonLine, table, tame } from "../../src-main/cli/print.ts";
import type { Run } from "../../src-main/contract/nouns.ts";
import { interrupts } from "../../src-main/server/interrupts.ts";

describe("print", () => {
  it("durations, figures, tables and JSON", () => {
    expect([0, 440, 12_300, 59_700, 185_000, 7_800_000].map(duration)).toEqual(["0.0 s", "0.4 s", "12 s", "1 min 0 s", "3 min 5 s", "2 h 10 min"]);
    expect([0.123456, 1, 1e-9, NaN, -Infinity].map(figure)).toEqual(["0.1235", "1", "1e-9", "NaN", "-Infinity"]);
    expect(table([["a", "bb"], ["ccc", "d"]], [1])).toEqual(["a    bb", "ccc   d"]);
    expect(jsonLine({ a: [NaN, Infinity, -Infinity, 1] })).toBe('{"a":["NaN","Infinity","-Infinity",1]}');
    expect(tame("a\x07\x1b]0;x\x9b\u202eb")).toBe("a��]0;x��b");
  });
});

describe("interrupts", () => {
  function signals() {
    const heard = { first: 0, exits: [] as number[], at: 0, send: (_: "SIGINT" | "SIGTERM"): void => { throw new Error("nobody listens"); } };
    interrupts({ on: (_, listener) => { heard.send = listener; }, off: () => undefined, exit: (code) => { heard.exits.push(code); } }, () => heard.at, () => { heard.first++; });
    return heard;
  }

  it("the first is told, the second leaves at once with 130", () => {
    const heard = signals();
    heard.send("SIGINT");
    heard.at = 1000;
    heard.send("SIGINT");
    expect([heard.first, heard.exits]).toEqual([1, [130]]);
  });

  it("one press that arrives twice, from the terminal and from a launcher, is one", () => {
    const heard = signals();
    heard.send("SIGINT");
    heard.at = 20;
    heard.send("SIGINT");
    expect([heard.first, heard.exits]).toEqual([1, []]);
  });
});

describe("as a program of its own", () => {
  const root = resolve(import.meta.dirname, "../..");
  let folder: string;
  beforeAll(() => { folder = mkdtempSync(join(tmpdir(), "descent-cli-")); });
  afterAll(() => { rmSync(folder, { recursive: true }); });

  /** Runs `descent` as `npx descent` does; `act` may send signals once a line has come. */
  function descent(args: readonly string[], act: (child: ReturnType<typeof spawn>, line: string) => void = () => undefined): Promise<{ code: number | null; out: string[]; err: string }> {
    return new Promise((resolveNow) => {
      const child = spawn(process.execPath, [join(root, "scripts", "descent.mjs"), ...args, "--project", join(folder, "a.descent")], { stdio: ["ignore", "pipe", "pipe"] });
      let [out, err] = ["", ""];
      child.stdout.on("data", (piece) => { out += String(piece); act(child, out); });
      child.stderr.on("data", (piece) => { err += String(piece); });
      child.on("close", (code) => { resolveNow({ code, out: out.trimEnd().split("\n"), err }); });
    });
  }
  const endless = { data: { kind: "sample", name: "digits" }, layers: [{ kind: "dense", units: 64 }, { kind: "relu" }, { kind: "dense", units: 10 }], train: { epochs: 1_000_000 } };

  it("trains, prints JSON lines alone on stdout and returns 0; list and show find the run", async () => {
    const spec = join(folder, "short.json");
    writeFileSync(spec, JSON.stringify({ ...endless, train: { epochs: 3 }, metrics: [{ kind: "accuracy" }] }));
    const { code, out } = await descent(["run", spec, "--json"]);
    expect(code).toBe(0);
    const last = JSON.parse(out.at(-1)!) as { kind: string; runId: string; weightHash: string; metrics: Record<string, number> };
    expect(last).toMatchObject({ kind: "finished", runId: "r-1", weightHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
    expect((JSON.parse((await descent(["show", "r-1", "--json"])).out[0]!) as { run: Run }).run).toMatchObject({ state: "finished", weightHash: last.weightHash, metrics: last.metrics });
    expect((await descent(["list"])).out[1]).toMatch(/^r-1 /);
  });

  it("Ctrl-C keeps what was learned and returns 130; meanwhile others may look at the project, and are refused to change it with 3", async () => {
    const spec = join(folder, "endless.json");
    writeFileSync(spec, JSON.stringify(endless));
    let other: ReturnType<typeof descent> | null = null;
    const { code, out } = await descent(["run", spec, "--json"], (child) => {
      other ??= descent(["list"]).then((listed) => { expect(listed.out[1]).toContain(" running "); return descent(["rm", "r-1"]); }).finally(() => { child.kill("SIGINT"); });
    });
    expect(code).toBe(130);
    expect(JSON.parse(out.at(-1)!)).toMatchObject({ kind: "stopped", weightHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
    const refused = await other!;
    expect([refused.code, refused.err]).toEqual([3, expect.stringContaining("is open in another Descent (process ")]);
    expect((await descent(["list"])).out[1]).toMatch(/ stopped /);
  });
});
