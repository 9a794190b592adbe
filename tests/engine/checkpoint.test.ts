/** A plan as bytes and back: what is in them, and what is refused. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SpecError, adam, batchNorm, compile, dense, dropout, fit, loadCheckpoint, momentum, mse, relu, saveCheckpoint, sgd, weightBytes } from "../../src-engine/index.ts";
import type { Component, Part, Plan } from "../../src-engine/index.ts";

const part: Part = { rows: 10, x: Float64Array.from({ length: 20 }, (_, i) => Math.sin(i)), y: Float64Array.from({ length: 10 }, (_, i) => Math.cos(i)) };

function made(units = 3, optimizer: Component = adam(), precision: 32 | 64 = 32, seed = 1): Plan {
  return compile({ input: [2], layers: [dense({ units }), batchNorm(), relu(), dropout(), dense({ units: 1 })], loss: mse(), optimizer }, { batchSize: 4, seed, precision });
}

function trained(): Plan {
  const plan = made();
  for (const _ of fit(plan, part, { epochs: 2 }));
  return plan;
}

function header(bytes: Uint8Array): Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }> & { __metadata__: Record<string, string> } {
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  return JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
}

/** The same checkpoint with another header in front of its numbers. */
function withHeader(bytes: Uint8Array, change: (head: ReturnType<typeof header>) => unknown): Uint8Array {
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const head = new TextEncoder().encode(JSON.stringify(change(header(bytes))));
  const out = new Uint8Array(8 + head.length + bytes.length - 8 - length);
  new DataView(out.buffer).setBigUint64(0, BigInt(head.length), true);
  out.set(head, 8);
  out.set(bytes.subarray(8 + length), 8 + head.length);
  return out;
}

const refusal = (load: () => void): string => {
  try {
    load();
  } catch (error) {
    expect(error).toBeInstanceOf(SpecError);
    return (error as Error).message;
  }
  throw new Error("it was not refused");
};

describe("the layout is that of safetensors", () => {
  const plan = trained();
  const bytes = saveCheckpoint(plan, { note: "after two epochs" });
  const head = header(bytes);

  it("parameters, statistics and the optimizer's vectors, each by name with type, shape and place", () => {
    const { __metadata__: _, ...tensors } = head;
    expect(Object.keys(tensors)).toEqual([
      "0/kernel", "4/kernel", "1/scale", "1/shift", "4/bias", "1/mean", "1/variance",
      "0/kernel/m", "4/kernel/m", "1/scale/m", "1/shift/m", "4/bias/m", "0/kernel/v", "4/kernel/v", "1/scale/v", "1/shift/v", "4/bias/v",
    ]);
    expect(tensors["0/kernel"]).toEqual({ dtype: "F32", shape: [2, 3], data_offsets: [0, 24] });
    expect(tensors["4/bias/v"]!.data_offsets[1]).toBe(bytes.length - 8 - Number(new DataView(bytes.buffer).getBigUint64(0, true)));
  });

  it("the header's length is a multiple of 8, so that the numbers lie aligned", () => {
    expect(Number(new DataView(bytes.buffer).getBigUint64(0, true)) % 8).toBe(0);
  });

  it("steps, epochs and stream counters stand beside the caller's words, whose names may not begin with descent.", () => {
    expect(head.__metadata__).toMatchObject({ note: "after two epochs", "descent.step": "6", "descent.epoch": "2" });
    expect(JSON.parse(head.__metadata__["descent.streams"]!)).toEqual(Object.fromEntries([...plan.streams].map(([name, { counter }]) => [name, counter])));
    expect(() => saveCheckpoint(plan, { "descent.step": "9" })).toThrow("reserved");
  });

  it("numbers are little-endian: the first kernel can be read back by hand", () => {
    const from = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const kernel = plan.slices.find(({ name, role }) => role === "param" && name === "0/kernel")!.view;
    expect(Array.from(kernel, (_, i) => new DataView(bytes.buffer).getFloat32(from + 4 * i, true))).toEqual([...kernel]);
  });
});

it.each([32, 64] as const)("loading what was saved restores every bit in %i bit, into a plan with another seed", (precision) => {
  const [from, to] = [made(3, momentum(), precision), made(3, momentum(), precision, 2)];
  for (const _ of fit(from, part, { epochs: 1 }));
  loadCheckpoint(to, saveCheckpoint(from));
  expect(saveCheckpoint(to)).toEqual(saveCheckpoint(from));
  expect([to.step, to.epoch]).toEqual([3, 1]);
});

it("weightBytes are the parameters alone, little-endian, in the order of the manifest, without the gaps", () => {
  const plan = trained();
  const params = plan.slices.filter(({ role }) => role === "param");
  expect(params.map(({ name }) => name)).toEqual(["0/kernel", "4/kernel", "1/scale", "1/shift", "4/bias"]);
  const bytes = weightBytes(plan);
  expect(bytes.length).toBe(4 * plan.parameters);
  const view = new DataView(bytes.buffer);
  expect(Array.from({ length: plan.parameters }, (_, i) => view.getFloat32(4 * i, true))).toEqual(params.flatMap((slice) => [...slice.view]));
});

describe("refused, with the plan unchanged", () => {
  it("slices of another shape, each by name with both shapes", () => {
    const plan = made(5);
    const before = saveCheckpoint(plan);
    const message = refusal(() => loadCheckpoint(plan, saveCheckpoint(trained())));
    expect(message).toContain("0/kernel is 2×3 (F32) in the checkpoint, but this model needs 2×5 (F32)");
    expect(message).toContain("1/mean is 3 (F32) in the checkpoint, but this model needs 5 (F32)");
    expect(saveCheckpoint(plan)).toEqual(before);
  });

  it("another optimizer: what is missing and what is left over", () => {
    expect(refusal(() => loadCheckpoint(made(3, sgd()), saveCheckpoint(trained())))).toContain("0/kernel/m is in the checkpoint, but this model has no such slice");
    expect(refusal(() => loadCheckpoint(made(3, adam()), saveCheckpoint(made(3, sgd()))))).toContain("0/kernel/m is missing in the checkpoint; this model needs 2×3 (F32)");
  });

  it("another precision", () => {
    expect(refusal(() => loadCheckpoint(made(3, adam(), 64), saveCheckpoint(trained())))).toContain("0/kernel is 2×3 (F32) in the checkpoint, but this model needs 2×3 (F64)");
  });

  it.each([
    ["nothing", () => new Uint8Array()],
    ["a header longer than the file", () => Uint8Array.of(255, 0, 0, 0, 0, 0, 0, 0, 123, 125)],
    ["a header beyond 2⁵³", () => new Uint8Array(16).fill(255)],
    ["a header that is not JSON", () => Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 123, 123)],
  ])("no checkpoint at all: %s", (_, bytes) => {
    expect(refusal(() => loadCheckpoint(made(), bytes()))).toContain("checkpoint is no checkpoint");
  });

  const saved = saveCheckpoint(trained());
  it.each([
    ["cut off", () => saved.subarray(0, saved.length - 4), "4/bias/v lies at bytes"],
    ["a place outside the file", () => withHeader(saved, (head) => ({ ...head, "0/kernel": { ...head["0/kernel"], data_offsets: [1e9, 1e9 + 24] } })), "0/kernel lies at bytes"],
    ["a place of the wrong length", () => withHeader(saved, (head) => ({ ...head, "0/kernel": { ...head["0/kernel"], data_offsets: [0, 20] } })), "0/kernel lies at bytes 0 to 20"],
    ["a negative place", () => withHeader(saved, (head) => ({ ...head, "0/kernel": { ...head["0/kernel"], data_offsets: [-24, 0] } })), "malformed entry"],
    ["a step that is no count", () => withHeader(saved, (head) => ({ ...head, __metadata__: { ...head.__metadata__, "descent.step": "-1" } })), "must be a whole number from 0"],
    ["counters that are no counts", () => withHeader(saved, (head) => ({ ...head, __metadata__: { ...head.__metadata__, "descent.streams": "[1]" } })), "stream counters"],
    ["a place within the epoch that is no count", () => withHeader(saved, (head) => ({ ...head, __metadata__: { ...head.__metadata__, "descent.visited": "1.5" } })), "descent.visited"],
    ["numbers of an optimizer that this one does not keep", () => withHeader(saved, (head) => ({ ...head, __metadata__: { ...head.__metadata__, "descent.states": '{"optimizer":{"momentum":1}}' } })), "other numbers of its optimizer"],
    ["an early stopping that cannot be read", () => withHeader(saved, (head) => ({ ...head, __metadata__: { ...head.__metadata__, "descent.watch": '{"best":{"epoch":1},"waited":0}' } })), "early stopping that cannot be read"],
    ["a best epoch with a slice missing", () => withHeader(saved, (head) => ({ ...head, "best/0/kernel": head["0/kernel"] })), "best/4/kernel is missing"],
    ["metadata that are no strings", () => withHeader(saved, (head) => ({ ...head, __metadata__: { step: 1 } })), "metadata that are not strings"],
  ])("%s", (_, bytes, message) => {
    const plan = made();
    const before = saveCheckpoint(plan);
    expect(refusal(() => loadCheckpoint(plan, bytes()))).toContain(message);
    expect(saveCheckpoint(plan)).toEqual(before);
  });

  it("any bytes at all: a SpecError or a load, never another error", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat(saved.length - 1), (noise, at) => {
      const bytes = saved.slice();
      bytes.set(noise.subarray(0, bytes.length - at), at);
      try {
        loadCheckpoint(made(), bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(SpecError);
      }
    }), { seed: 7, numRuns: 300 });
  });
});
