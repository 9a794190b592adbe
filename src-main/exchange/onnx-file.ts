/** ONNX's protobuf messages, as far as we write them: numbers of the fields are those of onnx.proto. Knows no layer. */

import { PbfWriter } from "pbf";

export const dataType = { float: 1, int64: 7, double: 11 } as const;

export interface OnnxTensor { readonly name: string; readonly type: keyof typeof dataType; readonly dims: readonly number[]; readonly raw: Uint8Array }
export type Attribute = number | { readonly float: number } | readonly number[];
export interface OnnxNode { readonly name: string; readonly op: string; readonly inputs: readonly string[]; readonly outputs: readonly string[]; readonly attributes: Readonly<Record<string, Attribute>> }
/** The first axis, the rows, may have any length: it is called "rows". */
export interface OnnxValue { readonly name: string; readonly shape: readonly number[]; readonly about: string }
export interface OnnxModel {
  readonly producer: string; readonly version: string; readonly opset: number; readonly ir: number; readonly name: string; readonly about: string;
  readonly nodes: readonly OnnxNode[]; readonly constants: readonly OnnxTensor[]; readonly inputs: readonly OnnxValue[]; readonly outputs: readonly OnnxValue[]; readonly metadata: Readonly<Record<string, string>>;
}

export function onnxBytes(model: OnnxModel): Uint8Array {
  const out = new PbfWriter();
  out.writeVarintField(1, model.ir);
  out.writeStringField(2, model.producer);
  out.writeStringField(3, model.version);
  out.writeStringField(6, model.about);
  out.writeMessage(7, graph, model);
  out.writeMessage(8, opset, model);
  for (const pair of Object.entries(model.metadata)) out.writeMessage(14, entry, pair);
  return out.finish();
}

type Out = PbfWriter;

function graph({ name, nodes, constants, inputs, outputs }: OnnxModel, out: Out): void {
  for (const one of nodes) out.writeMessage(1, node, one);
  out.writeStringField(2, name);
  for (const one of constants) out.writeMessage(5, tensor, one);
  for (const one of inputs) out.writeMessage(11, value, one);
  for (const one of outputs) out.writeMessage(12, value, one);
}

function node({ name, op, inputs, outputs, attributes }: OnnxNode, out: Out): void {
  for (const one of inputs) out.writeStringField(1, one);
  for (const one of outputs) out.writeStringField(2, one);
  out.writeStringField(3, name);
  out.writeStringField(4, op);
  for (const pair of Object.entries(attributes)) out.writeMessage(5, attribute, pair);
}

/** AttributeProto: its type (field 20) is FLOAT 1, INT 2 or INTS 7. */
function attribute([name, given]: readonly [string, Attribute], out: Out): void {
  out.writeStringField(1, name);
  if (typeof given === "number") {
    out.writeVarintField(3, given);
    out.writeVarintField(20, 2);
  } else if ("float" in given) {
    out.writeFloatField(2, given.float);
    out.writeVarintField(20, 1);
  } else {
    for (const one of given) out.writeVarintField(8, one);
    out.writeVarintField(20, 7);
  }
}

function tensor({ name, type, dims, raw }: OnnxTensor, out: Out): void {
  for (const dim of dims) out.writeVarintField(1, dim);
  out.writeVarintField(2, dataType[type]);
  out.writeStringField(8, name);
  out.writeBytesField(9, raw);
}

/** ValueInfoProto → TypeProto → TypeProto.Tensor → TensorShapeProto → Dimension. */
function value({ name, shape, about }: OnnxValue, out: Out): void {
  out.writeStringField(1, name);
  out.writeMessage(2, (_: null, type) => {
    type.writeMessage(1, (__: null, of) => {
      of.writeVarintField(1, dataType.float);
      of.writeMessage(2, (___: null, dims) => {
        dims.writeMessage(1, (____: null, dim) => { dim.writeStringField(2, "rows"); }, null);
        for (const size of shape) dims.writeMessage(1, (n: number, dim) => { dim.writeVarintField(1, n); }, size);
      }, null);
    }, null);
  }, null);
  out.writeStringField(3, about);
}

function opset({ opset: version }: OnnxModel, out: Out): void {
  out.writeStringField(1, "");
  out.writeVarintField(2, version);
}

function entry([key, text]: readonly [string, string], out: Out): void {
  out.writeStringField(1, key);
  out.writeStringField(2, text);
}
