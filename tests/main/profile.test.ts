/** `descent profile` and `descent doctor`: what they ask, what they print, and the real thing through the service. */

import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { commands } from "../../src-main/cli/commands.ts";
import type { World } from "../../src-main/cli/world.ts";
import type { ProjectHealth } from "../../src-main/contract/nouns.ts";
import type { Arithmetic, StepProfile } from "../../src-main/contract/step-profile.ts";
import { openBench, smallSpec } from "../support/workbench.ts";
import { workbenchDouble } from "../support/workbench-double.ts";

const profile: StepProfile = {
  arithmetic: "native fast (a processor: avx2)", rows: 64, peak: 80, ns: 12_500, note: null,
  operations: [
    { operation: "gather", executor: "native", about: "batch x", ns: 500, flops: 0, bytes: 2048 },
    { operation: "dense", executor: "native", about: "activation 0", ns: 1500, flops: 60_000, bytes: 40_960 },
  ],
};
const arithmetic: Arithmetic = { used: "wasm exact", native: { reason: "This processor has neither AVX2 nor AVX-512." }, narrowTo: null, wasm: { simd: true, relaxed: false }, peaks: [{ arithmetic: "wasm exact", gflops: 31.25 }] };

const health: ProjectHealth = {
  file: "/a/course.descent", version: 3, sqlite: "3.53.1", faults: [], broken: 0, owner: { pid: 7, sinceMs: 1_700_000_000_000, isAlive: false }, databaseBytes: 2_400_000, logBytes: 32, isLogHeld: false, freeBytes: null, missing: [],
  orphans: { files: 1, bytes: 12 }, backups: [{ name: "20231114T221320000Z.descent", atMs: 1_700_000_000_000, sizeBytes: 1000, beforeVersion: null, isWhole: true }], durability: { journal: "wal", metrics: "normal", facts: "full" },
};

function machine(given: Partial<ProjectHealth> = {}) {
  const told = { out: [] as string[], err: "" };
  const service = workbenchDouble({
    profileStep: async () => profile, examineArithmetic: async () => arithmetic, examineProject: async () => ({ ...health, ...given }),
    about: async () => ({ version: "9.9.9", door: "cli", project: "p", memory: 0, cores: 2, hasDialogs: false }) as never,
  });
  const world: World = {
    out(line) { told.out.push(line); },
    err(text) { told.err += text; },
    columns: null, now: () => 0,
    readFile(path) {
      if (path !== resolve("spec.yaml")) throw Object.assign(new Error("no such file"), { code: "ENOENT" });
      return new TextEncoder().encode("layers: []\n");
    },
    open: () => ({ ...service, close: async () => undefined, act: () => undefined }),
    restoreBackup: () => { throw new Error("nothing is restored here"); },
    rescue: () => { throw new Error("nothing is rescued here"); }, readSql: () => Promise.reject(new Error("no SQL here")),
    filesAt: () => { throw new Error("nothing is imported here"); },
    openDoor: () => { throw new Error("no door here"); },
    exists: () => false, writeFile: () => Promise.resolve(),
    onInterrupt: () => () => undefined,
  };
  return { told, service, world };
}

describe("descent profile", () => {
  it("prints the step, its products against the limit, and a line for each operation", async () => {
    const { told, service, world } = machine();
    expect(await commands(["profile", "spec.yaml", "--executor", "native", "--mode", "fast"], world)).toBe(0);
    expect(service.asked).toEqual([{ method: "profileStep", input: { spec: { layers: [] }, executor: "native", mode: "fast" } }]);
    expect(told.out).toEqual([
      "native fast (a processor: avx2): a step of 64 rows takes 12.5 µs, 80000 steps a second",
      "products: 4.8 GFLOPS of 80 on registers alone, 6.0 %",
      "",
      "operation  about         by         µs   share  GFLOPS  of the limit  KiB  GB/s",
      "gather     batch x       native  0.500  25.0 %                          2   4.1",
      "dense      activation 0  native   1.50  75.0 %      40        50.0 %   40  27.3",
      "",
      "Operations by themselves add up to 2.00 µs: run one after another, each has its data at hand.",
    ]);
  });

  it("--json prints one object", async () => {
    const { told, world } = machine();
    expect(await commands(["profile", "spec.yaml", "--json"], world)).toBe(0);
    expect(JSON.parse(told.out[0]!)).toEqual({ kind: "stepProfile", ...profile });
  });

  it.each([["--executor", "cuda"], ["--mode", "loose"]])("%s %s is refused with 2", async (option, value) => {
    const { told, world } = machine();
    expect(await commands(["profile", "spec.yaml", option, value], world)).toBe(2);
    expect(told.err).toMatch(/Allowed choices are/);
  });
});

describe("descent doctor", () => {
  it("says what computes, and why nothing faster", async () => {
    const { told, world } = machine();
    expect(await commands(["doctor"], world)).toBe(0);
    expect(told.out).toEqual([
      "Descent                9.9.9",
      "runs are computed by   wasm exact",
      "native kernels         none: This processor has neither AVX2 nor AVX-512.",
      "WebAssembly            with vectors",
      "at most                31.3 GFLOPS by wasm exact",
      "",
      "project            /a/course.descent",
      "database           whole, 2.4 MB, version 3, SQLite 3.53.1",
      "write-ahead log    32 B",
      "commits            wal; facts synced at once (full), curves by and by (normal)",
      "open in            process 7, since 2023-11-14 22:13 UTC, which has ended",
      "files              all that records name are there",
      "without a record   1 files, 12 B; the owner removes them when it opens the project",
      "backups            1 of 1 open whole; the newest of 2023-11-14 22:13 UTC",
      "free on this disk  not known",
    ]);
  });

  it("returns 1 where the project is not sound, names what is wrong and the ways on", async () => {
    const { told, world } = machine({ faults: ["row 7 missing from index series_in_order"], missing: ["runs/r-1/5-ab.safetensors"] });
    expect(await commands(["doctor"], world)).toBe(1);
    expect(told.out.slice(-3)).toEqual(["  row 7 missing from index series_in_order", "  runs/r-1/5-ab.safetensors is gone or has another size", "To go back to a backup: descent backup --restore. To save what can be read: descent rescue"]);
  });

  it("says of a log that somebody who reads keeps long why it is so long", async () => {
    const { told, world } = machine({ logBytes: 230_000_000, isLogHeld: true });
    expect(await commands(["doctor"], world)).toBe(0);
    expect(told.out).toContain("write-ahead log    230.0 MB; a program that reads the project for long keeps it from shrinking: close that one");
  });

  it("--json prints one object", async () => {
    const { told, world } = machine();
    expect(await commands(["doctor", "--json"], world)).toBe(0);
    expect(JSON.parse(told.out[0]!)).toEqual({ kind: "doctor", version: "9.9.9", isSound: true, project: health, arithmetic });
  });
});

describe("in earnest", () => {
  const spec = { ...smallSpec, layers: [{ kind: "dense", units: 24 }, { kind: "relu" }, { kind: "batchNorm" }, { kind: "dense", units: 2 }], train: { epochs: 2, batchSize: 32, clipNorm: 1 } };

  it("every operation of a step is named, timed and done by the executor; the product's own flops are counted", async () => {
    await using bench = openBench();
    const found = await bench.workbench.profileStep({ spec, executor: "wasm" });
    expect(found).toMatchObject({ arithmetic: "wasm exact", rows: 32, note: null });
    expect(found.operations.map(({ operation }) => operation)).toEqual([
      "gather", "denseRelu", "moments", "average", "average", "normalize", "dense", "softmaxCrossEntropy", "denseKernel", "columnSums", "denseInput", "normalizeBackward", "reluBackward", "denseKernel", "columnSums",
      "set", "total", "sumOfSquares", "root", "check", "clipNorm", "adamUpdate", "report",
    ]);
    expect(found.operations.every(({ ns, executor }) => ns > 0 && executor === "wasm")).toBe(true);
    expect(found.operations[1]).toMatchObject({ about: "activation 1", flops: 2 * 32 * 2 * 24 });
    expect(found.peak).toBeGreaterThan(0);
    expect(found.ns).toBeGreaterThan(0);
  });

  it("batch norm, relu and dropout are one operation each way", async () => {
    await using bench = openBench();
    const layers = [{ kind: "dense", units: 24 }, { kind: "batchNorm" }, { kind: "relu" }, { kind: "dropout" }, { kind: "dense", units: 2 }];
    const names = (await bench.workbench.profileStep({ spec: { ...spec, layers }, executor: "wasm" })).operations.map(({ operation }) => operation);
    expect(names.slice(0, 8)).toEqual(["gather", "dense", "moments", "average", "average", "drawMask", "normalizeReluDropout", "dense"]);
    expect(names.slice(8, 14)).toEqual(["softmaxCrossEntropy", "denseKernel", "columnSums", "denseInput", "dropoutReluBackward", "normalizeBackward"]);
  });

  it("a convolution, its relu and the pool behind them are one operation; so are pool, relu and the kernel's gradient; a dense layer's input and the relu before it", async () => {
    await using bench = openBench();
    const block = (filters: number) => [{ kind: "conv2d", filters, padding: 1 }, { kind: "relu" }, { kind: "maxPool" }];
    const layers = [...block(4), ...block(6), { kind: "flatten" }, { kind: "dense", units: 12 }, { kind: "relu" }, { kind: "dense", units: 10 }];
    const { operations } = await bench.workbench.profileStep({ spec: { ...spec, data: { kind: "sample", name: "digits" }, layers }, executor: "wasm" });
    expect(operations.slice(0, 18).map(({ operation }) => operation)).toEqual([
      "gather", "conv2dReluMaxPool", "conv2dReluMaxPool", "copy", "denseRelu", "dense", "softmaxCrossEntropy", "denseKernel", "columnSums", "denseInputRelu", "denseKernel", "columnSums", "denseInput", "copy",
      "maxPoolConv2dKernel", "conv2dInput", "maxPoolConv2dKernel", "set",
    ]);
    // Twice 32 rows, 8 × 8 places, 9 taps, 1 channel, 4 filters; and the same on the way back.
    expect([operations[1]!.flops, operations[16]!.flops]).toEqual([147_456, 147_456]);
    expect(operations[9]!.flops).toBe(2 * 32 * 12 * 10);
  });

  it("the reference has no program, and says so; its steps are timed all the same", async () => {
    await using bench = openBench();
    const found = await bench.workbench.profileStep({ spec, executor: "reference" });
    expect(found).toMatchObject({ arithmetic: "reference exact", peak: null, operations: [], note: "the reference has no programs: it is plain TypeScript" });
    expect(found.ns).toBeGreaterThan(0);
  });

  it("doctor's answer names an executor that runs are stored with", async () => {
    await using bench = openBench();
    const found = await bench.workbench.examineArithmetic({});
    expect(found.used).toBe("variants" in found.native ? "native exact" : "wasm exact");
    expect(found.wasm.simd).toBe(true);
    expect(found.peaks.length).toBe("variants" in found.native ? 4 : 2);
    for (const { gflops } of found.peaks) expect(gflops).toBeGreaterThan(0.5);
  });
});
