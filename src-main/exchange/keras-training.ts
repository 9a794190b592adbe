/** Loss, penalties and optimizer as Keras has them: the same steps, or a sentence that says why not. */

import type { Component } from "../contract/nouns.ts";
import type { Network, NetworkLayer } from "./network.ts";
import { python } from "./python.ts";
import { leftOut, penalties, rowsOfStep } from "./training.ts";

/** `, kernel_regularizer=…` and `, kernel_constraint=…` of a kernel. Keras' l1 and l2 stand for λ₁/m and λ₂/2m, with m the rows of a step. */
export function regularizerOf(network: Network, layer: NetworkLayer): string {
  const found = penalties(network).find((each) => each.layer.name === layer.name);
  if (found === undefined) return "";
  const { l1, l2, limit } = found;
  if (limit !== null) return `, kernel_constraint=keras.constraints.MaxNorm(${limit}, axis=${layer.tensors["kernel"]?.shape.length === 4 || layer.window !== null ? "[0, 1, 2]" : "0"})`;
  if (l1 === 0 && l2 === 0) return "";
  return `, kernel_regularizer=keras.regularizers.L1L2(l1=${l1} / ROWS, l2=${l2} / (2 * ROWS))`;
}

export function kerasTraining(network: Network): string {
  const { spec } = network;
  const made = optimizerOf(spec.optimizer, clipping(spec.train));
  const loss = lossOf(spec.loss, network.outputs);
  return `
# How it was trained. Everything here is about scaled rows${network.reading.kind === "number" ? ` and a scaled target, (y - ${network.scaling.target.mean}) / ${network.scaling.target.deviation}` : ""}.
${leftOut(spec).map((note) => `# ${note}\n`).join("")}ROWS = ${rowsOfStep(spec)}  # of a step: lambda is divided by them


def compiled():
    """The network, ready to be trained on: compiled().fit(x, y, batch_size=ROWS). ${made.about}"""
${made.code === null ? `    raise NotImplementedError(${python(made.about)})` : loss.code === null ? `    raise NotImplementedError(${python(loss.about)})` : `    model = network()
    model.compile(optimizer=keras.optimizers.${made.code}, loss=${loss.code})
    return model`}

`;
}

interface Made { readonly code: string | null; readonly about: string }

/** Keras takes one kind of clipping. */
function clipping({ clipNorm, clipSliceNorm, clipValue }: Network["spec"]["train"]): string | null {
  const all = [...(clipValue === null ? [] : [`, clipvalue=${clipValue}`]), ...(clipSliceNorm === null ? [] : [`, clipnorm=${clipSliceNorm}`]), ...(clipNorm === null ? [] : [`, global_clipnorm=${clipNorm}`])];
  return all.length > 1 ? null : all[0] ?? "";
}

function optimizerOf({ kind, ...values }: Component, clip: string | null): Made {
  const v = values as Record<string, number | string | boolean>;
  const lr = v["learningRate"] as number;
  const none = (why: string): Made => ({ code: null, about: `Keras has no optimizer equal to ${kind}: ${why}. Take another, or train on in Descent.` });
  if (clip === null) return none("it clips gradients in one way, the run in several");
  const made = (code: string, about: string): Made => ({ code: `${code}${clip})`, about });
  const adam = `learning_rate=${lr}, beta_1=${v["beta1"]}, beta_2=${v["beta2"]}, epsilon=${v["epsilon"]}`;
  const hat = "Keras adds epsilon to the uncorrected root, so where gradients are near it the first steps differ.";
  switch (kind) {
    case "sgd": return made(`SGD(learning_rate=${lr}`, "Gradient descent.");
    case "momentum":
      if (v["form"] === "ewmaCorrected") return none("its average is without the bias correction");
      if (v["form"] === "classic") return made(`SGD(learning_rate=${lr}, momentum=${v["beta"]}`, "Momentum, v = beta v + g.");
      return made(`SGD(learning_rate=${lr} * (1 - ${v["beta"]}), momentum=${v["beta"]}`, "The run averages, v = beta v + (1 - beta) g; Keras sums, v = beta v + g: with (1 - beta) times the rate the steps are the same.");
    case "nesterov":
      if (v["lookahead"] !== true || v["dampening"] !== 0) return none("Nesterov's momentum looks ahead and knows no dampening there");
      return made(`SGD(learning_rate=${lr}, momentum=${v["beta"]}, nesterov=True`, "Nesterov's momentum.");
    case "adagrad": return v["initial"] === 0 ? none("it adds epsilon under the root, where the sum starts from nothing") : made(`Adagrad(learning_rate=${lr}, initial_accumulator_value=${v["initial"]}, epsilon=${v["epsilon"]}`, "Adagrad; Keras adds epsilon under the root.");
    case "adadelta": return made(`Adadelta(learning_rate=${lr}, rho=${v["rho"]}, epsilon=${v["epsilon"]}`, "Adadelta.");
    case "adam": return v["biasCorrection"] === false ? none("its Adam always corrects the averages") : made(`Adam(${adam}`, `Adam. ${hat}`);
    default: return none("it has none, or one whose steps are others");
  }
}

function lossOf({ kind, ...values }: Component, outputs: number): Made {
  const none = (why: string): Made => ({ code: null, about: `Keras has no loss equal to ${kind}: ${why}. Take another, or train on in Descent.` });
  switch (kind) {
    case "softmaxCrossEntropy":
      if (values["labelSmoothing"] !== 0 || values["classWeights"] !== null || values["temperature"] !== 1) return none("with integer labels it knows no smoothing, class weights or temperature");
      return { code: "keras.losses.SparseCategoricalCrossentropy(from_logits=True)", about: "" };
    case "binaryCrossEntropy": return values["posWeight"] === 1 ? { code: "keras.losses.BinaryCrossentropy(from_logits=True)", about: "" } : none("it knows no weight of class 1");
    case "hinge": return outputs > 1 ? none("its hinge is for one output") : { code: values["squared"] === true ? "keras.losses.SquaredHinge()" : "keras.losses.Hinge()", about: "" };
    case "mse": return { code: "keras.losses.MeanSquaredError()", about: "" };
    case "mae": return { code: "keras.losses.MeanAbsoluteError()", about: "" };
    default: return { code: `keras.losses.Huber(delta=${python(values["delta"])})`, about: "" };
  }
}
