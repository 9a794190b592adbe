/** The WebAssembly kernels against the reference in 32 bit: the same bits, kernel by kernel and training by training. */

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { adam, batchNorm, catalog, checkRunSpec, compile, dense, describeCatalog, dropout, executorFor, fit, l2, momentum, mse, prepare, reference, relu, rng, saveCheckpoint, sgd, sigmoid, softmaxCrossEntropy, tanh, weightBytes } from "../../src-engine/index.ts";
import type { Component, Executor, FitEvent, Kernels, Model, Optimizer, Part, Vector } from "../../src-engine/index.ts";
import { hire, memorySize } from "../../src-engine/kernels/executors.ts";
import { wasmBytes } from "../../src-engine/kernels/kernels.wasm.ts";
import { wasm, wasmRoom } from "../../src-engine/kernels/wasm.ts";
import { dataOf, exampleNames, readExample } from "../support/examples.ts";

const root = resolve(import.meta.dirname, "..", "..");
const sizes = [1, 3, 4, 5, 16, 17, 64, 100];
const specials = [0, -0, Infinity, -Infinity, Number.NaN, 1.401298464324817e-45, -5.877471754111438e-39, 1.1754943508222875e-38, 3.4028234663852886e38, -3.4028234663852886e38, 1, -1];

/** How numbers are drawn: plain ones, with one in eight special, or subnormal and nearly so, whose products vanish bit by bit. */
const draws = ["normal", "special", "subnormal"] as const;
type Draw = (typeof draws)[number];

/** The first numbers of one pool for each way and name. */
const pools = new Map<string, Float32Array>();

function drawn(length: number, draw: Draw, name: string): Float32Array {
  const key = `${name} ${draw}`;
  let pool = pools.get(key);
  if (pool === undefined) {
    const stream = rng(11).stream(key);
    pool = Float32Array.from({ length: 120_000 }, () => {
      if (draw === "special" && stream.below(8) === 0) return specials[stream.below(specials.length)]!;
      return stream.normal() * (draw === "subnormal" ? 2 ** -(60 + stream.below(80)) : 1);
    });
    pools.set(key, pool);
  }
  return pool.subarray(0, length);
}

/** A NaN is a NaN: which of its bit patterns comes out is left to the machine. */
function bits(v: Float32Array): Uint32Array {
  return new Uint32Array(v.map((x) => (Number.isNaN(x) ? Number.NaN : x)).buffer);
}

/** A kernel's run by its own name: what it is given, and the call. Every vector is compared afterwards, so what must not be written is seen too. */
interface Case { readonly vectors: Readonly<Record<string, number>>; call(k: Kernels, v: Record<string, Vector>): unknown }

/** Runs on copies of the same numbers, each vector followed by a gap that must stay as it was. */
function outcome(k: Kernels, memory: ArrayBuffer, { vectors, call }: Case, draw: Draw): { readonly result: unknown; readonly bits: Uint32Array } {
  let offset = 0;
  const views = Object.fromEntries(Object.entries(vectors).map(([name, length]) => {
    const padded = new Float32Array(memory, offset, 4 * Math.ceil((length + 4) / 4));
    padded.set(drawn(length, draw, name));
    padded.fill(7, length);
    offset += padded.byteLength;
    return [name, new Float32Array(memory, padded.byteOffset, length)];
  }));
  const result = call(k, views);
  return { result, bits: bits(new Float32Array(memory, 0, offset / 4)) };
}

const bytes = 4 * 2 ** 20;
const { memory, kernels } = wasm(bytes);
const { memory: plain, kernels: slow } = hire("reference", 32, bytes);

function expectEqual(name: string, of: Case): void {
  for (const draw of draws) {
    const expected = outcome(slow, plain, of, draw);
    const got = outcome(kernels, memory, of, draw);
    const at = got.bits.findIndex((word, i) => word !== expected.bits[i]);
    if (at >= 0) throw new Error(`${name}, ${draw}: number ${at} of ${JSON.stringify(of.vectors)} is ${new Float32Array(got.bits.buffer)[at]}, the reference has ${new Float32Array(expected.bits.buffer)[at]}`);
    expect(Object.is(got.result, expected.result), `${name}, ${draw}: returns ${String(got.result)}, the reference ${String(expected.result)}`).toBe(true);
  }
}

describe("products of every size", () => {
  const triples = sizes.flatMap((m) => sizes.flatMap((n) => sizes.map((c) => [m, n, c] as const)));

  it.each(["dense", "dense without bias", "denseInput", "denseKernel"] as const)(`%s gives the reference's bits at all 512 sizes of ${sizes.join(", ")}`, (name) => {
    for (const [m, n, c] of triples) {
      const vectors = { x: m * n, w: n * c, b: c, y: m * c };
      expectEqual(`${name} ${m}·${n}·${c}`, {
        vectors,
        call(k, v) {
          if (name === "dense") k.dense(v["x"]!, v["w"]!, v["b"]!, v["y"]!, m, n, c);
          else if (name === "dense without bias") k.dense(v["x"]!, v["w"]!, null, v["y"]!, m, n, c);
          else if (name === "denseInput") k.denseInput(v["y"]!, v["w"]!, v["x"]!, m, n, c);
          else k.denseKernel(v["x"]!, v["y"]!, v["w"]!, m, n, c);
        },
      });
    }
  });

  // Longer than one block of k (448), and more rows than one block of A holds: the sums go on across blocks.
  it.each([[6, 449, 20], [9, 1000, 9], [130, 900, 17], [450, 3, 21], [5, 21, 1000], [1000, 6, 19]])("sums go on across blocks: m %i, n %i, c %i", (m, n, c) => {
    const vectors = { x: m * n, w: n * c, b: c, y: m * c };
    expectEqual("dense", { vectors, call: (k, v) => { k.dense(v["x"]!, v["w"]!, v["b"]!, v["y"]!, m, n, c); } });
    expectEqual("denseInput", { vectors, call: (k, v) => { k.denseInput(v["y"]!, v["w"]!, v["x"]!, m, n, c); } });
    expectEqual("denseKernel", { vectors, call: (k, v) => { k.denseKernel(v["x"]!, v["y"]!, v["w"]!, m, n, c); } });
  });
});

const lengths = [1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 64, 100, 1000];
const onLengths: Readonly<Record<string, (k: Kernels, v: Record<string, Vector>, n: number) => unknown>> = {
  relu: (k, { a, r }, n) => { k.relu(a!, r!, n); },
  reluBackward: (k, { a, b, r }, n) => { k.reluBackward(a!, b!, r!, n); },
  tanh: (k, { a, r }, n) => { k.tanh(a!, r!, n); },
  tanhBackward: (k, { a, b, r }, n) => { k.tanhBackward(a!, b!, r!, n); },
  sigmoid: (k, { a, r }, n) => { k.sigmoid(a!, r!, n); },
  sigmoidBackward: (k, { a, b, r }, n) => { k.sigmoidBackward(a!, b!, r!, n); },
  dropout: (k, { a, b, r }, n) => { k.dropout(a!, b!, r!, n, 0.7); },
  drawMask: (k, { r }, n) => { k.drawMask(r!, n, 0.7, rng(1).stream("mask")); },
  average: (k, { a, b }, n) => { k.average(a!, b!, n, 0.9); },
  binaryCrossEntropy: (k, { a, b, r }, n) => k.binaryCrossEntropy(a!, b!, r!, n, 1.5),
  meanSquaredError: (k, { a, b, r }, n) => k.meanSquaredError(a!, b!, r!, n),
  l2: (k, { a, b }, n) => k.l2(a!, b!, n, 0.03),
};

describe("kernels over n numbers", () => {
  it.each(Object.entries(onLengths))(`%s gives the reference's bits for n of ${lengths.join(", ")}, and writes nothing behind them`, (name, run) => {
    for (const n of lengths) {
      // Vectors longer than n: the rest must stay.
      expectEqual(`${name} ${n}`, { vectors: { a: n + 2, b: n + 2, r: n + 2 }, call: (k, v) => run(k, v, n) });
    }
  });

  it("relu and reluBackward work in place", () => {
    expectEqual("relu", { vectors: { a: 19 }, call: (k, { a }) => { k.relu(a!, a!, 19); } });
    expectEqual("reluBackward", { vectors: { a: 19, b: 19 }, call: (k, { a, b }) => { k.reluBackward(a!, b!, b!, 19); } });
  });
});

const pairs = sizes.flatMap((r) => sizes.map((c) => [r, c] as const));
const onColumns: Readonly<Record<string, (k: Kernels, v: Record<string, Vector>, r: number, c: number) => unknown>> = {
  columnSums: (k, { x, s }, r, c) => { k.columnSums(x!, s!, r, c); },
  moments: (k, { x, s, t }, r, c) => { k.moments(x!, s!, t!, r, c); },
  normalize: (k, { x, s, t, u, v, y, z }, r, c) => { k.normalize(x!, s!, t!, u!, v!, y!, z!, r, c, 1e-5); },
  normalizeBackward: (k, { x, y, s, t, u, v, z }, r, c) => { k.normalizeBackward(x!, y!, s!, t!, u!, v!, z!, r, c, 1e-5); },
  "normalizeBackward without dx": (k, { x, y, s, t, u, v }, r, c) => { k.normalizeBackward(x!, y!, s!, t!, u!, v!, null, r, c, 1e-5); },
  softmaxCrossEntropy: (k, { x, l, y }, r, c) => {
    for (let i = 0; i < r; i++) l![i] = i % c;
    return k.softmaxCrossEntropy(x!, l!, y!, r, c);
  },
};

describe("kernels over r rows and c columns", () => {
  it.each(Object.entries(onColumns))(`%s gives the reference's bits at all 64 sizes of ${sizes.join(", ")}`, (name, run) => {
    for (const [r, c] of pairs) expectEqual(`${name} ${r}·${c}`, { vectors: { x: r * c, y: r * c, z: r * c, s: c, t: c, u: c, v: c, l: r }, call: (k, v) => run(k, v, r, c) });
  });
});

const optimizerOf = (kind: string): Optimizer => (catalog.optimizer as readonly Optimizer[]).find((optimizer) => optimizer.kind === kind)!;

describe("updates", () => {
  it.each<[string, Component]>([
    ["sgd", sgd()], ["momentum", momentum()], ["momentum, corrected", momentum({ form: "ewmaCorrected" })], ["momentum, classic", momentum({ form: "classic" })], ["adam", adam()],
  ])("%s gives the reference's bits over any range, and touches nothing outside it", (_, component) => {
    const { kind, ...hyper } = component;
    const optimizer = optimizerOf(kind);
    for (const n of lengths) for (const from of [0, 1, 4]) {
      const call = (k: Kernels, { p, g, a, b }: Record<string, Vector>) => {
        for (let t = 1; t <= 3; t++) optimizer.update({ p: p!, g: g!, slots: { m: a!, v: b! }, state: {}, scratch: {}, decayTo: 0, pieces: [], from, to: from + n, t, lr: 0.01, hyper: hyper as never, round: k.round, kernels: k });
      };
      expectEqual(`${kind} [${from}, ${from + n})`, { vectors: { p: n + 6, g: n + 6, a: n + 6, b: n + 6 }, call });
    }
  });
});

interface Trained { readonly hash: string; readonly checkpoint: Uint8Array; readonly events: readonly FitEvent[] }

function train(model: Model, executor: Executor, part: Part, { epochs, batchSize, seed = 1 }: { readonly epochs: number; readonly batchSize: number; readonly seed?: number }): Trained {
  const plan = compile(model, { batchSize, seed, executor });
  expect(plan.executor).toBe(executor);
  const events = [...fit(plan, part, { epochs, validation: part })];
  return { hash: createHash("sha256").update(weightBytes(plan)).digest("hex"), checkpoint: saveCheckpoint(plan), events };
}

/** Every layer, optimizer and loss of the catalogue occurs here or in the examples. */
const whole: Readonly<Record<string, Omit<Model, "input" | "loss">>> = {
  "tanh, SGD": { layers: [dense({ units: 8 }), tanh(), dense({ units: 8 }), tanh(), dense({ units: 3 })], optimizer: sgd() },
  "sigmoid without bias, momentum": { layers: [dense({ units: 17, bias: false }), sigmoid(), dense({ units: 3 })], optimizer: momentum() },
  "batch norm, dropout, L2, classic momentum": { layers: [dense({ units: 33 }), batchNorm(), relu(), dropout({ keepProb: 0.7 }), dense({ units: 3 })], optimizer: momentum({ form: "classic", learningRate: 0.01 }), regularizer: l2({ lambda: 0.5 }) },
  "two wide layers, Adam": { layers: [dense({ units: 100 }), relu(), dense({ units: 65 }), relu(), dense({ units: 3 })], optimizer: adam() },
};

describe("whole trainings end with the same weight hash, checkpoint and events", () => {
  const stream = rng(3).stream("rows");
  const rows = 150;
  const x = Float64Array.from({ length: rows * 11 }, () => stream.normal());
  const labels = { rows, x, y: Float64Array.from({ length: rows }, () => stream.below(3)) };
  const numbers = { rows, x, y: Float64Array.from({ length: rows * 3 }, () => stream.normal()) };

  it.each(Object.entries(whole))("%s: both losses, 200 steps with a short last batch", (_, of) => {
    for (const [loss, part] of [[softmaxCrossEntropy(), labels], [mse(), numbers]] as const) {
      const model = { ...of, input: [11], loss };
      // 150 rows in batches of 16: ten steps an epoch, the last with 6 rows.
      expect(train(model, "wasm", part, { epochs: 20, batchSize: 16 })).toEqual(train(model, "reference", part, { epochs: 20, batchSize: 16 }));
    }
  });

  it.each(exampleNames)("examples/%s.json, two epochs", (name) => {
    const spec = checkRunSpec(readExample(name), describeCatalog()).spec!;
    const dataset = dataOf(spec.data);
    const { train: part } = prepare(dataset, spec);
    const options = { epochs: 2, batchSize: Math.min(spec.train.batchSize, part.rows), seed: spec.seed };
    const model = { ...spec, input: dataset.shape };
    expect(train(model, "wasm", part, options)).toEqual(train(model, "reference", part, options));
  });
});

describe("the executor", () => {
  const model: Model = { input: [4], layers: [dense({ units: 3 })], loss: softmaxCrossEntropy(), optimizer: sgd() };

  it("is wasm by itself in 32 bit, the reference in 64, and the reference for kernels that are handed in", () => {
    expect([executorFor(32), executorFor(64)]).toEqual(["wasm", "reference"]);
    expect(compile(model, { batchSize: 4, seed: 1 }).executor).toBe("wasm");
    expect(compile(model, { batchSize: 4, seed: 1, precision: 64 }).executor).toBe("reference");
    expect(compile(model, { batchSize: 4, seed: 1, kernels: reference(32) }).executor).toBe("reference");
  });

  it("wasm is refused in 64 bit, with a way out", () => {
    expect(() => compile(model, { batchSize: 4, seed: 1, precision: 64, executor: "wasm" })).toThrow("the executor wasm computes in 32 bit; got 64. Take the executor reference");
  });

  it("wasm has one memory of whole pages, room to pack behind the plan, and cannot grow", () => {
    const { memory: one } = hire("wasm", 32, 100);
    expect(one.byteLength).toBe(4 * 65_536);
    expect(memorySize("wasm", 100)).toBe(one.byteLength);
    expect(memorySize("wasm", 4 * 65_536 - wasmRoom)).toBe(4 * 65_536);
    expect(memorySize("wasm", 4 * 65_536 - wasmRoom + 1)).toBe(5 * 65_536);
    expect((one as ArrayBuffer & { readonly resizable: boolean }).resizable).toBe(false);
  });

  it("the room is as large as the kernels say, and they leave the plan's bytes around their results alone", () => {
    const env = { memory: new WebAssembly.Memory({ initial: 1, maximum: 1 }) };
    const { roomBytes } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(wasmBytes, "base64")), { env }).exports as { roomBytes: WebAssembly.Global };
    expect(wasmRoom).toBe(roomBytes.value);
    const { memory: one, kernels: k } = hire("wasm", 32, 4 * (200 * 500 + 500 * 200 + 200 * 200 + 1000));
    const floats = new Float32Array(one).fill(3);
    const behind = floats.length - wasmRoom / 4;
    const [x, w, y] = [floats.subarray(0, 100_000), floats.subarray(100_000, 200_000), floats.subarray(200_000, 240_000)];
    k.dense(x, w, null, y, 200, 500, 200);
    expect(new Set(floats.subarray(0, 200_000))).toEqual(new Set([3]));
    expect(new Set(y)).toEqual(new Set([4500]));
    expect(new Set(floats.subarray(240_000, behind))).toEqual(new Set([3]));
  });
});

it("kernels.wasm.ts is what its sources give", () => {
  const { status, stderr } = spawnSync(process.execPath, [join(root, "scripts/run.mjs"), "scripts/wasm.mjs", "--check"], { encoding: "utf8" });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  // The compiler takes 4 s of processor time, several times that on a machine with other work.
}, 120_000);
