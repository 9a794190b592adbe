/** How a layer's numbers become a PyTorch module's: which axes change places. */

import { python } from "./python.ts";
import type { NetworkLayer, Tensor } from "./network.ts";

/** Our name of a tensor: PyTorch's name of the same. */
const names: Readonly<Record<string, string>> = { kernel: "weight", projection: "weight", bias: "bias", scale: "weight", shift: "bias", mean: "running_mean", variance: "running_var" };

/** Lines such as `self.dense_0.weight.copy_(number("0/kernel").T)`. */
export function transposedInPyTorch({ tensors }: NetworkLayer, module: string): string[] {
  return Object.entries(tensors).map(([key, tensor]) => `${module}.${names[key]!}.copy_(number(${python(tensor.name)})${turned(tensor)})`);
}

const turned = ({ shape }: Tensor): string => (shape.length === 2 ? ".T" : shape.length === 4 ? ".permute(3, 2, 0, 1)" : "");
