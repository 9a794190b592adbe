/**
 * Exported Python programs are run where a Python has their library. Where none has, the answers recorded by such a run (tests/golden/exports.json) stand for them:
 * they hold as long as the program's text is the one that was run. DESCENT_RECORD=1 records anew.
 */

import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { fit } from "../../src-engine/index.ts";
import { writeModel } from "../../src-main/exchange/formats.ts";
import { readNetwork } from "../../src-main/exchange/network.ts";
import { begun, dataset, exportedNetworks } from "../support/exported-networks.ts";
import { farthest } from "../support/farthest.ts";
import { pythonWith, runPython } from "../support/pythons.ts";
import type { Python } from "../support/pythons.ts";

// Frameworks take long to start on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

interface Recorded { readonly code: string; readonly outputs: readonly number[]; readonly probabilities: readonly number[] | null }
interface Golden { readonly command: string; readonly formats: Record<string, { versions: Readonly<Record<string, string>>; networks: Record<string, Recorded> }> }

const goldenFile = new URL("../golden/exports.json", import.meta.url);
const golden = JSON.parse(readFileSync(goldenFile, "utf8")) as Golden;
const isRecording = process.env["DESCENT_RECORD"] === "1";
const folder = mkdtempSync(join(tmpdir(), "descent-exports-"));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  if (isRecording) writeFileSync(goldenFile, `${JSON.stringify(golden, null, 1)}\n`);
});

const formats = [
  { format: "numpy", packages: ["numpy"] },
  { format: "pytorch", packages: ["numpy", "torch"] },
  { format: "keras", packages: ["numpy", "keras", "jax"] },
] as const;
/** Of the program without the version of who wrote it. */
const hash = (code: Uint8Array): string => createHash("sha256").update(new TextDecoder().decode(code).replace(/written by Descent [\w.-]+/, "")).digest("hex");

/** Imports a program and asks it; NumPy's numbers come back as JSON. */
function answer(python: Python, program: string, x: Float64Array, rows: number): { outputs: number[]; probabilities: number[] | null } {
  const asked = join(folder, "x.json");
  writeFileSync(asked, JSON.stringify(Array.from({ length: rows }, (_, row) => [...x.subarray((row * x.length) / rows, ((row + 1) * x.length) / rows)])));
  const code = `import importlib.util, json, sys
spec = importlib.util.spec_from_file_location("exported", sys.argv[1])
exported = importlib.util.module_from_spec(spec)
spec.loader.exec_module(exported)
outputs, probabilities = exported.predict(json.load(open(sys.argv[2])))
print(json.dumps({"outputs": outputs.ravel().tolist(), "probabilities": None if probabilities is None else probabilities.ravel().tolist()}))`;
  return JSON.parse(runPython(python, ["-c", code, program, asked]).trim().split("\n").at(-1)!) as { outputs: number[]; probabilities: number[] | null };
}

describe.each(formats)("$format answers as the engine does, within 1e-5", ({ format, packages }) => {
  const python = pythonWith(...packages);
  if (python === null) console.warn(`SKIPPED: no Python here has ${packages.join(" and ")}; the ${format} programs are compared with recorded answers of ${JSON.stringify(golden.formats[format]?.versions)}`);

  it.each(exportedNetworks().map((each) => [each.name, each] as const))("%s", (name, { network, x, rows, outputs, probabilities }) => {
    const code = writeModel(network, format);
    let found: { outputs: readonly number[]; probabilities: readonly number[] | null };
    if (python !== null) {
      const program = join(folder, `${name}_${format}.py`);
      writeFileSync(program, code);
      found = answer(python, program, x, rows);
      if (isRecording) (golden.formats[format] ??= { versions: python.versions, networks: {} }).networks[name] = { code: hash(code), outputs: found.outputs, probabilities: found.probabilities };
    } else {
      const recorded = golden.formats[format]!.networks[name]!;
      expect(hash(code), "the program is no longer the one whose answers were recorded; run this test where a Python has its library, with DESCENT_RECORD=1").toBe(recorded.code);
      found = recorded;
    }
    expect(farthest(found.outputs, outputs)).toBeLessThan(1e-5);
    if (probabilities === null) expect(found.probabilities).toBeNull();
    else expect(farthest(found.probabilities!, probabilities)).toBeLessThan(1e-5);
  });
});

/** Networks before their first step and how they are trained: whole batches, so that the order of rows does not matter. */
const trainings = [
  { name: "momentum as an average, L2 of λ/2m, softmax with smoothing", target: 3, raw: { optimizer: { kind: "momentum", learningRate: 0.3, beta: 0.8 }, regularizer: { kind: "l2", lambda: 2 }, loss: { kind: "softmaxCrossEntropy", labelSmoothing: 0.1 } } },
  { name: "AdamW, L2 beside its own decay, clipped, sigmoid", target: 2, raw: { optimizer: { kind: "adamw", learningRate: 0.02, weightDecay: 0.1 }, regularizer: { kind: "l2", lambda: 2 }, loss: { kind: "binaryCrossEntropy", posWeight: 2 } }, train: { clipNorm: 0.5 } },
  { name: "RMSprop, elastic net, Huber", target: "number", raw: { optimizer: { kind: "rmsprop", learningRate: 0.01 }, regularizer: { kind: "elastic", l1: 0.5, l2: 1 }, loss: { kind: "huber", delta: 0.5 } } },
  { name: "Nesterov, max-norm, hinge of several classes", target: 3, raw: { optimizer: { kind: "nesterov", learningRate: 0.05 }, regularizer: { kind: "maxNorm", limit: 1 }, loss: { kind: "hinge", squared: true } } },
  ...([
    { kind: "sgd", learningRate: 0.1 }, { kind: "momentum", form: "classic", learningRate: 0.05 }, { kind: "nesterov", lookahead: false, dampening: 0.3, learningRate: 0.05 }, { kind: "rmsprop", centered: true, momentum: 0.5 },
    { kind: "adagrad", initial: 0.1, learningRate: 0.05 }, { kind: "adadelta" }, { kind: "adam", learningRate: 0.02 }, { kind: "adamax", learningRate: 0.02 }, { kind: "amsgrad", learningRate: 0.02, weightDecay: 0.1, decayed: "all" },
    // Not NAdam: PyTorch 1.13, which Debian has, divides by one factor too many there; tests/engine/golden-optimizers.test.ts compares it with a newer one.
  ] as const).map((optimizer) => ({ name: `${optimizer.kind} ${JSON.stringify(optimizer)}`, target: 3 as const, raw: { optimizer, regularizer: { kind: "l2", lambda: 2 } } })),
  { name: "RAdam, absolute error", target: "number", raw: { optimizer: { kind: "radam", learningRate: 0.02 }, loss: { kind: "mae" } } },
] as const;

describe("the exported PyTorch program trains as the run did: after 8 steps every weight within 1e-5", () => {
  const python = pythonWith("numpy", "torch");
  if (python === null) console.warn("SKIPPED: no Python here has torch; the exported training is not run");

  it.skipIf(python === null).each(trainings)("$name", ({ target, raw, ...more }) => {
    const data = dataset([6, 5, 2], target, 30);
    const outputs = target === "number" || target === 2 ? 1 : target;
    const { spec, plan, parts, checkpoint } = begun({
      layers: [{ kind: "conv2d", filters: 4, size: 3 }, { kind: "batchNorm" }, { kind: "tanh" }, { kind: "dense", units: 6, regularizer: { kind: "l2", lambda: 3 } }, { kind: "tanh" }, { kind: "residual", layers: [{ kind: "dense", units: 5 }], projection: true }, { kind: "dense", units: outputs }],
      split: { kind: "random", validation: 0, test: 0 }, ...raw, train: { epochs: 8, batchSize: 30, ...("train" in more ? more.train : {}) },
    }, data);
    const program = join(folder, "trained.py");
    writeFileSync(program, writeModel(readNetwork(spec, data, checkpoint()), "pytorch"));
    for (const _ of fit(plan, parts.train, { ...spec.train, batchSize: 30 }));
    const after = readNetwork(spec, data, checkpoint());
    const given = join(folder, "rows.json");
    writeFileSync(given, JSON.stringify({ x: [...parts.train.x], y: [...parts.train.y] }));
    const code = `import importlib.util, json, sys
spec = importlib.util.spec_from_file_location("exported", sys.argv[1])
exported = importlib.util.module_from_spec(spec)
spec.loader.exec_module(exported)
import torch
given = json.load(open(sys.argv[2]))
x = torch.tensor(given["x"], dtype=torch.float32).reshape(-1, *exported.SHAPE)
y = ${target === "number" ? 'torch.tensor(given["y"], dtype=torch.float32).reshape(-1, 1)' : 'torch.tensor(given["y"]).long()'}
network = exported.Network().load()
updates = exported.optimizer(network)
for _ in range(8):
    exported.step(network, updates, x, y)
turned = {2: (1, 0), 4: (2, 3, 1, 0)}
print(json.dumps({name: (p.detach().permute(turned[p.dim()]) if p.dim() in turned else p.detach()).reshape(-1).tolist() for name, p in network.named_parameters()}))`;
    const found = JSON.parse(runPython(python!, ["-c", code, program, given]).trim().split("\n").at(-1)!) as Record<string, number[]>;
    const wanted = after.tensors.filter(({ name }) => !/\/(mean|variance)$/.test(name));
    expect(Object.keys(found)).toHaveLength(wanted.length);
    for (const { name, values } of wanted) {
      const at = name.lastIndexOf("/");
      const module = Object.keys(found).find((key) => key.replace(/^[a-z0-9A-Z]+?_/, "").split(".")[0] === name.slice(0, at).replaceAll("/", "_") && key.endsWith({ kernel: ".weight", projection: ".weight", scale: ".weight", bias: ".bias", shift: ".bias" }[name.slice(at + 1)]!))!;
      expect(farthest(found[module]!, values), name).toBeLessThan(1e-5);
    }
  });
});

it("an optimizer that PyTorch or Keras does not have is refused by name when it is asked for, and the network goes without it", () => {
  const { spec, checkpoint } = begun({ layers: [{ kind: "dense", units: 2 }], optimizer: { kind: "lion" } }, dataset([3], 2));
  const network = readNetwork(spec, dataset([3], 2), checkpoint());
  for (const [format, name] of [["pytorch", "PyTorch"], ["keras", "Keras"]] as const) {
    expect(new TextDecoder().decode(writeModel(network, format))).toContain(`raise NotImplementedError("${name} has no optimizer equal to lion`);
  }
});

/** What `numpy.load` and the safetensors layout say is in a file. */
describe("the numbers alone", () => {
  const { network } = exportedNetworks()[0]!;
  const wanted = [...network.tensors, { name: "scaling/mean", shape: [288], values: network.scaling.features.mean }];

  it("as safetensors: each tensor by name, aligned, with its bits", () => {
    const bytes = writeModel(network, "safetensors");
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>;
    for (const { name, shape, values } of wanted) {
      const { dtype, shape: found, data_offsets: [from, to] } = header[name]!;
      expect([dtype, found]).toEqual([`F${8 * values.BYTES_PER_ELEMENT}`, shape]);
      const own = bytes.slice(8 + length + from, 8 + length + to).buffer;
      expect(dtype === "F64" ? new Float64Array(own) : new Float32Array(own)).toEqual(values);
      expect((8 + length + from) % values.BYTES_PER_ELEMENT).toBe(0);
    }
  });

  const python = pythonWith("numpy");
  if (python === null) console.warn("SKIPPED: no Python here has numpy; the .npz is not read by NumPy");
  it.skipIf(python === null)("as .npz: NumPy reads every array with its bits, and the spec as text", () => {
    const file = join(folder, "model.npz");
    writeFileSync(file, writeModel(network, "npz"));
    const read = JSON.parse(runPython(python!, ["-c", 'import json, numpy, sys\nf = numpy.load(sys.argv[1])\nprint(json.dumps({k: [list(f[k].shape), f[k].ravel().tolist()] for k in f.files}))', file])) as Record<string, [number[], unknown[]]>;
    for (const { name, shape, values } of wanted) expect(read[name]).toEqual([shape, [...values]]);
    expect(JSON.parse(String(read["spec"]![1][0]))).toEqual(network.spec);
    expect(JSON.parse(String(read["features"]![1][0]))).toEqual(network.featureNames);
  });
});

describe("the exported Keras program trains as the run did: after 8 steps its answers within 1e-4", () => {
  const python = pythonWith("numpy", "keras", "jax");
  if (python === null) console.warn("SKIPPED: no Python here has keras and jax; the exported training is not run");

  it.skipIf(python === null).each([
    { name: "momentum as an average, L1 and L2", target: 3, raw: { optimizer: { kind: "momentum", learningRate: 0.3, beta: 0.8 }, regularizer: { kind: "elastic", l1: 0.5, l2: 2 } } },
    { name: "Adam, max-norm", target: "number", raw: { optimizer: { kind: "adam", learningRate: 0.02 }, regularizer: { kind: "maxNorm", limit: 1 }, loss: { kind: "mse" } } },
  ] as const)("$name", ({ target, raw }) => {
    const data = dataset([6, 5, 2], target, 30);
    const { spec, plan, parts, checkpoint } = begun({
      layers: [{ kind: "conv2d", filters: 4, size: 3 }, { kind: "tanh" }, { kind: "dense", units: 6 }, { kind: "tanh" }, { kind: "residual", layers: [{ kind: "dense", units: 5 }], projection: true }, { kind: "dense", units: target === "number" ? 1 : target }],
      split: { kind: "random", validation: 0, test: 0 }, ...raw, train: { epochs: 8, batchSize: 30 },
    }, data);
    const program = join(folder, "trained_keras.py");
    writeFileSync(program, writeModel(readNetwork(spec, data, checkpoint()), "keras"));
    for (const _ of fit(plan, parts.train, { ...spec.train, batchSize: 30 }));
    plan.gather(parts.train, null, 0, 30);
    plan.forward(30, "evaluate");
    const given = join(folder, "rows.json");
    writeFileSync(given, JSON.stringify({ x: [...parts.train.x], y: [...parts.train.y] }));
    const code = `import importlib.util, json, sys
spec = importlib.util.spec_from_file_location("exported", sys.argv[1])
exported = importlib.util.module_from_spec(spec)
spec.loader.exec_module(exported)
import numpy as np
given = json.load(open(sys.argv[2]))
x = np.array(given["x"], np.float32).reshape(-1, *exported.SHAPE)
y = np.array(given["y"], np.float32).reshape(-1, 1)
model = exported.compiled()
model.fit(x, y, batch_size=exported.ROWS, epochs=8, shuffle=False, verbose=0)
print(json.dumps(np.asarray(model.predict(x, verbose=0)).ravel().tolist()))`;
    const found = JSON.parse(runPython(python!, ["-c", code, program, given]).trim().split("\n").at(-1)!) as number[];
    // Looser than for one pass: eight steps add up, and Keras' Adam has its epsilon elsewhere.
    expect(farthest(found, plan.z.slice(0, found.length))).toBeLessThan(1e-4);
  });
});
