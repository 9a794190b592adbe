/** Every form in which a trained network leaves: what it is called, what its file is, and who writes it. */

import type { ModelFormat } from "../contract/models.ts";
import { SpecError } from "../../src-engine/spec/errors.ts";
import { problem } from "../../src-engine/spec/param.ts";
import { npzOf, safetensorsOf } from "./arrays.ts";
import { kerasOf } from "./keras.ts";
import type { Network } from "./network.ts";
import { numpyOf } from "./numpy.ts";
import { onnxOf } from "./onnx.ts";
import { codeLimit } from "./python.ts";
import { pytorchOf } from "./pytorch.ts";
import { typescriptOf } from "./typescript.ts";

const writers: Readonly<Record<ModelFormat, (network: Network) => Uint8Array | string>> = {
  onnx: onnxOf, safetensors: safetensorsOf, npz: npzOf, pytorch: pytorchOf, keras: kerasOf, numpy: numpyOf, typescript: typescriptOf,
};

/** The network in that form. The same network gives the same bytes. Every layer of the catalogue has a place in every form: a writer that leaves one out does not compile. Throws SpecError where code would hold more numbers than it can. */
export function writeModel(network: Network, format: ModelFormat): Uint8Array {
  const size = format === "typescript" ? network.checkpoint.byteLength : network.tensors.reduce((sum, { values }) => sum + values.byteLength, 0);
  const isCode = format === "pytorch" || format === "keras" || format === "numpy" || format === "typescript";
  if (isCode && size > codeLimit) {
    throw new SpecError([problem("layers", "tooLong", `have ${Math.ceil(size / 2 ** 20)} MB of numbers, and code holds at most ${codeLimit / 2 ** 20} MB; export as onnx, safetensors or npz`, { why: "largeCode", got: String(Math.ceil(size / 2 ** 20)), most: String(codeLimit / 2 ** 20) })]);
  }
  const written = writers[format](network);
  return typeof written === "string" ? new TextEncoder().encode(written) : written;
}
