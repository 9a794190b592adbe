/** Data made by formula, in the plane: each component turns its values and its own seed into a dataset. Knows no files. */

import { cos, sin } from "../kernels/math.ts";
import { rng } from "../rng.ts";
import type { Stream } from "../rng.ts";
import { declare } from "../spec/component.ts";
import type { Declaration } from "../spec/component.ts";
import { SpecError } from "../spec/errors.ts";
import { integer, problem, real } from "../spec/param.ts";
import type { Component, Params, Values } from "../spec/param.ts";
import type { Dataset } from "./dataset.ts";

/** The same values give the same rows, bit for bit. Row i has class i mod c, so classes differ in size by one row at most. */
export interface Generator<P extends Params> { generate(values: Values<P>): Dataset }

const defineGenerator = <const K extends string, const P extends Params>(declaration: Declaration<K, P> & Generator<P>) => declare("data", declaration);

const samples = (rows: number) => integer({ default: rows, min: 10, max: 1_000_000, scale: "log", search: [100, 10_000], unit: "rows", help: "how many rows are made" });
const noise = (deviation: number) => real({ symbol: "σ", default: deviation, min: 0, max: 100, help: "standard deviation of what is added to each coordinate" });
const seed = integer({ default: 1, min: 0, max: 4294967295, help: "which rows are made; apart from the run's seed, so that several seeds train on the same rows" });
const classes = (count: number) => integer({ default: count, min: 2, max: 10, help: "how many classes there are" });

export const spirals = defineGenerator({
  kind: "spirals",
  title: "Spirals",
  summary: "Arms wound around one centre, a class each: no straight line parts them.",
  math: "r = u;  φ = 2π (turns · u + k / c);  x = (r cos φ, r sin φ) + σ n;  u uniform in [0, 1)",
  source: "",
  params: {
    samples: samples(900),
    classes: classes(3),
    turns: real({ default: 0.75, min: 0, max: 5, help: "how often an arm winds around the centre" }),
    noise: noise(0.03),
    seed,
  },
  generate: (values) => points("spirals", values, Array.from({ length: values.classes }, (_, k) => `arm ${k + 1}`), (k, stream) => {
    const r = stream.uniform();
    const angle = 2 * Math.PI * (values.turns * r + k / values.classes);
    return [r * cos(angle), r * sin(angle)];
  }),
});

export const moons = defineGenerator({
  kind: "moons",
  title: "Moons",
  summary: "Two half circles, each reaching into the other.",
  math: "upper (cos φ, sin φ);  lower (1 − cos φ, ½ − sin φ);  + σ n;  φ uniform in [0, π)",
  source: "make_moons of scikit-learn, whose angles are evenly spaced instead of random",
  params: { samples: samples(600), noise: noise(0.15), seed },
  generate: (values) => points("moons", values, ["upper", "lower"], (k, stream) => {
    const angle = Math.PI * stream.uniform();
    return k === 0 ? [cos(angle), sin(angle)] : [1 - cos(angle), 0.5 - sin(angle)];
  }),
});

export const circles = defineGenerator({
  kind: "circles",
  title: "Circles",
  summary: "One circle inside another.",
  math: "r = 1 (outer) or factor (inner);  x = (r cos φ, r sin φ) + σ n;  φ uniform in [0, 2π)",
  source: "make_circles of scikit-learn, whose angles are evenly spaced instead of random",
  params: {
    samples: samples(600),
    factor: real({ default: 0.5, min: 0, max: 1, open: "both", help: "radius of the inner circle; the outer one has 1" }),
    noise: noise(0.08),
    seed,
  },
  generate: (values) => points("circles", values, ["outer", "inner"], (k, stream) => {
    const r = k === 0 ? 1 : values.factor;
    const angle = 2 * Math.PI * stream.uniform();
    return [r * cos(angle), r * sin(angle)];
  }),
});

export const blobs = defineGenerator({
  kind: "blobs",
  title: "Blobs",
  summary: "Round clouds on a ring, a class each: lines part them where the noise is small.",
  math: "x = 3 (cos 2πk/c, sin 2πk/c) + σ n",
  source: "",
  params: { samples: samples(600), classes: classes(3), noise: noise(1), seed },
  generate: (values) => points("blobs", values, Array.from({ length: values.classes }, (_, k) => `blob ${k + 1}`), (k) => {
    const angle = (2 * Math.PI * k) / values.classes;
    return [3 * cos(angle), 3 * sin(angle)];
  }),
});

export const xor = defineGenerator({
  kind: "xor",
  title: "Exclusive or",
  summary: "A square in four quarters; opposite quarters share a class.",
  math: "x = (s₁u₁, s₂u₂) + σ n;  class “same” where s₁ = s₂;  u uniform in [0, 1), signs s equally likely",
  source: "",
  params: { samples: samples(600), noise: noise(0.05), seed },
  generate: (values) => points("xor", values, ["same", "different"], (k, stream) => {
    const first = stream.below(2) === 0 ? 1 : -1;
    const second = k === 0 ? first : -first;
    return [first * stream.uniform(), second * stream.uniform()];
  }),
});

/** Every generator, in the order in which an interface offers them. */
export const generators = [spirals, moons, circles, blobs, xor] as const;

/** The rows of a data component that is made by formula; values left out take their defaults. Throws SpecError (`data.kind`) for any other kind. */
export function generate(data: Component): Dataset {
  const known = generators.map((generator) => generator.kind).join(", ");
  const generator = generators.find(({ kind }) => kind === data.kind);
  if (generator === undefined) throw new SpecError([problem("data.kind", "unknownKind", `must be one of ${known} to be made by formula; got ${data.kind}`, { got: data.kind, known })]);
  const { kind: _, ...values } = generator(data as object);
  return (generator as unknown as Generator<Params>).generate(values as Values<Params>);
}

/** Rows of a plane: `place` gives a row of class k its point, noise is added from a stream of its own, so that changing it moves no point's origin. */
function points(name: string, values: { readonly samples: number; readonly noise: number; readonly seed: number }, names: readonly string[], place: (k: number, stream: Stream) => readonly [number, number]): Dataset {
  const { samples: rows, noise: deviation } = values;
  const chance = rng(values.seed);
  const where = chance.stream(`data/${name}`);
  const spread = chance.stream(`data/${name}/noise`);
  const x = new Float64Array(rows * 2);
  const y = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const k = row % names.length;
    const [x1, x2] = place(k, where);
    x[2 * row] = x1 + deviation * spread.normal();
    x[2 * row + 1] = x2 + deviation * spread.normal();
    y[row] = k;
  }
  return { name, rows, shape: [2], featureNames: ["x1", "x2"], targetName: "class", task: "classes", classes: names, x, y };
}
