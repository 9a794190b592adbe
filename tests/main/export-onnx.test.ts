import { describe, expect, it } from "vitest";
import { catalog } from "../../src-engine/index.ts";
import { answersOf, everyLayer, readNetwork } from "../../src-main/exchange/network.ts";
import { writeModel } from "../../src-main/exchange/formats.ts";
import { dataOf, exampleNames, readExample } from "../support/examples.ts";
import { begun, completed, exportedNetworks } from "../support/exported-networks.ts";
import { onnxRuntime, onnxRuntimeVersion } from "../support/onnx-runtime.ts";
import { farthest } from "../support/farthest.ts";

const runtime = await onnxRuntime();
if (typeof runtime === "string") console.warn(`SKIPPED: exports are not run in ONNX Runtime ${onnxRuntimeVersion}: ${runtime}`);

it("the networks that exports are compared on have every layer of the catalogue", () => {
  const kinds = new Set(exportedNetworks().flatMap(({ network }) => everyLayer(network.layers)).map(({ kind }) => kind as string));
  expect([...kinds].sort()).toEqual(catalog.layer.map(({ kind }) => kind as string).sort());
});

describe.skipIf(typeof runtime === "string")("ONNX Runtime answers as the engine does, within 1e-5", () => {
  it.each(exportedNetworks().map((each) => [each.name, each] as const))("%s", async (_, { network, rows, x, outputs, probabilities }) => {
    if (typeof runtime === "string") return;
    const answer = await runtime.run(writeModel(network, "onnx"), Float32Array.from(x), [rows, ...network.shape]);
    expect([...answer.keys()]).toEqual(probabilities === null ? ["outputs"] : ["outputs", "probabilities"]);
    expect(answer.get("outputs")!.dims).toEqual([rows, outputs.length / rows]);
    expect(farthest(answer.get("outputs")!.data, outputs)).toBeLessThan(1e-5);
    if (probabilities !== null) expect(farthest(answer.get("probabilities")!.data, probabilities)).toBeLessThan(1e-5);
  });
});

describe.skipIf(typeof runtime === "string")("ONNX Runtime answers as the engine does on the example models, as they begin, within 1e-5", () => {
  it.each(exampleNames)("%s", async (name) => {
    if (typeof runtime === "string") return;
    const raw = readExample(name) as Record<string, unknown>;
    const data = dataOf(completed(raw).data);
    const { spec, checkpoint } = begun(raw, data);
    const saved = checkpoint();
    const rows = 50;
    const x = Float64Array.from(data.x.subarray(0, (rows * data.x.length) / data.rows), Math.fround);
    const { outputs, probabilities } = answersOf(spec, data.shape, saved, x);
    const answer = await runtime.run(writeModel(readNetwork(spec, data, saved), "onnx"), Float32Array.from(x), [rows, ...data.shape]);
    expect(farthest(answer.get("outputs")!.data, outputs)).toBeLessThan(1e-5);
    if (probabilities !== null) expect(farthest(answer.get("probabilities")!.data, probabilities)).toBeLessThan(1e-5);
  });
});

it("code of more than 64 MB of numbers is refused, with the forms that have room", () => {
  const { network } = exportedNetworks()[0]!;
  const huge = { ...network, tensors: [{ name: "0/kernel", shape: [17 * 2 ** 20], values: new Float32Array(17 * 2 ** 20) }] };
  expect(() => writeModel(huge, "numpy")).toThrow("layers have 68 MB of numbers, and code holds at most 64 MB; export as onnx, safetensors or npz");
});

it("the same network gives the same bytes", () => {
  const { network } = exportedNetworks()[0]!;
  expect(writeModel(network, "onnx")).toEqual(writeModel(network, "onnx"));
});
