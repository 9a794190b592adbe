/** The self-test of native kernels: its numbers are the reference's, and it refuses an addon that computes anything else. */

import { describe, expect, it } from "vitest";
import { expected, tested, trainedBriefly } from "../../src-engine/check/self-test.ts";
import { nativeKernels } from "../../src-engine/kernels/native.ts";
import type { NativeAddon } from "../../src-engine/kernels/native.ts";
import { loadNative, loadTestedNative } from "../../src-engine/node.ts";

it("what it expects is what the reference and WebAssembly come to", () => {
  expect(trainedBriefly("reference", "exact").weights).toBe(expected.weights);
  expect(trainedBriefly("reference", "fast").loss).toBe(expected.loss);
  expect(trainedBriefly("wasm", "exact").weights).toBe(expected.weights);
});

const loaded = loadNative();
describe.runIf("addon" in loaded)("of the native kernels of this machine", () => {
  const { addon } = loaded as { readonly addon: NativeAddon };

  it("lets them pass, and leaves in use what was in use", () => {
    const before = nativeKernels();
    expect(tested(loaded)).toBe(loaded);
    expect(nativeKernels()).toBe(before);
  });

  it.each([["exact", false, /^The native kernels failed their self-test: \w+ came to the weights [0-9a-f]{8}, the reference comes to 5d7b7974\.$/], ["fast", true, /^The native kernels failed their self-test: \w+ in fast mode came to the loss \d\.\d+, the reference comes to 0\.727/]] as const)("refuses ones that leave out a run now and then in %s mode, with both numbers", (_, brokenMode, sentence) => {
    const broken: NativeAddon = {
      features: () => addon.features(),
      attach(bytes, variant, isFast) {
        const run = addon.attach(bytes, variant, isFast);
        let runs = 0;
        // A run that is left out looks as if it had been done.
        return (call) => (isFast === brokenMode && ++runs % 5 === 0 ? 0 : run(call));
      },
    };
    expect(tested({ addon: broken })).toEqual({ reason: expect.stringMatching(sentence) as unknown });
  });

  it("is not repeated where a memory knows that it was passed", () => {
    const marks: string[] = [];
    const memory = { has: (mark: string) => marks.includes(mark), keep(mark: string) { marks.push(mark); } };
    const attached = (): number => {
      const before = WebAssembly.Memory;
      let made = 0;
      WebAssembly.Memory = class extends before { constructor(of: WebAssembly.MemoryDescriptor) { super(of); made++; } };
      try { expect(loadTestedNative(memory)).toHaveProperty("addon"); } finally { WebAssembly.Memory = before; }
      return made;
    };
    expect(attached()).toBeGreaterThan(0);
    expect(marks).toHaveLength(1);
    expect(attached()).toBe(0);
    // Another processor, engine or file is another mark.
    marks[0] = `${marks[0]!} `;
    expect(attached()).toBeGreaterThan(0);
  });

  it("refuses ones that throw, with what they said", () => {
    const broken: NativeAddon = { features: () => addon.features(), attach() { throw new Error("no such instruction"); } };
    expect(tested({ addon: broken })).toEqual({ reason: "The native kernels failed their self-test: no such instruction" });
  });
});

it("has nothing to say where there are none", () => {
  const none = { reason: "There are none." };
  expect(tested(none)).toBe(none);
});
