/** A layer of any kind with random values, and an input it can take. Knows the kinds whose values must suit the input; the rest is read off the declarations. */

import { batchNorm, conv2d, dense, dropout, layerNorm, residual, swish, tanh } from "../../src-engine/index.ts";
import type { Component, Param, Stream } from "../../src-engine/index.ts";
import type { Layer } from "../../src-engine/nn/layer.ts";

export interface Specimen { readonly input: readonly number[]; readonly component: Component }

const imagesOnly = ["conv2d", "maxPool", "averagePool", "globalAveragePool"];

export function specimen(layer: Layer, stream: Stream): Specimen {
  const upTo = (n: number) => 1 + stream.below(n);
  const input = imagesOnly.includes(layer.kind) ? [upTo(5), upTo(5), upTo(4)] : stream.below(2) === 0 ? [upTo(7)] : [upTo(3), upTo(3), upTo(3)];
  const values = Object.fromEntries(Object.entries(layer.params).map(([name, param]) => [name, drawn(param, stream)]));
  return { input, component: { kind: layer.kind, ...values, ...(fitted[layer.kind]?.(input, stream) ?? {}) } };
}

/** The component between two layers with weights that keep what is in front of it as it is. */
export const framed = ({ input, component }: Specimen, outputs: number): readonly Component[] => [
  input.length === 3 ? conv2d({ filters: input[2]!, size: 1 }) : dense({ units: input[0]! }), component, dense({ units: outputs }),
];

/** A value the declaration permits, away from the ends that only an endless precision could check. */
function drawn(param: Param, stream: Stream): unknown {
  switch (param.kind) {
    case "real": {
      const [from, to] = param.search ?? [param.min ?? -1, param.max ?? 1];
      return from + (to - from) * (0.1 + 0.8 * stream.uniform());
    }
    case "integer": return 1 + stream.below(5);
    case "flag": return stream.below(2) === 0;
    case "optional": return stream.below(2) === 0 ? null : drawn(param.of as Param, stream);
    default: return (param as { readonly default: unknown }).default;
  }
}

// With a small ε a batch or row of nearly equal numbers bends so sharply that the difference quotient is off by itself; ε is no matter of the formula.
const bent = 0.1;

const fitted: Readonly<Record<string, (input: readonly number[], stream: Stream) => Record<string, unknown>>> = {
  batchNorm: () => ({ epsilon: bent }),
  layerNorm: () => ({ epsilon: bent }),
  softmax: (_, stream) => ({ temperature: 0.5 + 2 * stream.uniform() }),
  logSoftmax: (_, stream) => ({ temperature: 0.5 + 2 * stream.uniform() }),
  hardTanh: (_, stream) => ({ min: -0.2 - stream.uniform(), max: 0.2 + stream.uniform() }),
  conv2d: (input, stream) => {
    const channels = input[2]!;
    const groups = [1, 2, 3, 4].filter((n) => channels % n === 0)[stream.below([1, 2, 3, 4].filter((n) => channels % n === 0).length)]!;
    return { ...slid(input, stream), stride: 1 + stream.below(2), groups, filters: groups * (1 + stream.below(5)) };
  },
  maxPool: slid,
  averagePool: slid,
  residual: (input, stream) => {
    const n = input[input.length - 1]!;
    const isImage = input.length === 3;
    const keeping = (): Component => (isImage ? conv2d({ filters: n, size: 3, padding: 1 }) : dense({ units: n }));
    switch (stream.below(4)) {
      case 0: return { layers: [keeping(), batchNorm({ epsilon: bent }), tanh(), dropout({ keepProb: 0.7 })] };
      case 1: return { layers: [layerNorm({ epsilon: bent }), residual({ layers: [keeping(), swish(), batchNorm({ epsilon: bent })] }), dropout({ keepProb: 0.7 })] };
      case 2: return { layers: [isImage ? conv2d({ filters: 3, size: 3, stride: 2, padding: 1 }) : dense({ units: n + 1 }), tanh()], projection: true };
      default: return { layers: [tanh(), dense({ units: n + 2 }), batchNorm({ epsilon: bent })], projection: true };
    }
  },
};

/** A window no larger than the image, and a padding smaller than the window. */
function slid([height, width]: readonly number[], stream: Stream): Record<string, unknown> {
  const [size, sizeWidth] = [1 + stream.below(Math.min(3, height!)), 1 + stream.below(Math.min(3, width!))];
  const coin = stream.below(2) === 0;
  return { size, sizeWidth: coin ? sizeWidth : null, padding: stream.below(size), paddingWidth: stream.below(coin ? sizeWidth : size), ...(coin ? {} : { size: Math.min(size, sizeWidth), padding: 0, paddingWidth: null }) };
}
