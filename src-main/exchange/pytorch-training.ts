/** Loss, penalties, clipping and optimizer as PyTorch has them: the same steps, or a sentence that says why not. */

import type { Component } from "../contract/nouns.ts";
import type { Network, NetworkLayer } from "./network.ts";
import { moduleName } from "./pytorch.ts";
import { python } from "./python.ts";
import { leftOut, penalties, rowsOfStep } from "./training.ts";
import type { Penalty } from "./training.ts";

export function pytorchTraining(network: Network): string {
  const { spec } = network;
  const { clipNorm, clipSliceNorm, clipValue } = spec.train;
  const made = optimizerOf(spec.optimizer);
  const all = penalties(network);
  const rows = rowsOfStep(spec);
  const groups = [...new Set(all.map((each) => decayOf(each, made)))];
  const paid = all.filter((each) => each.l1 > 0 || (each.l2 > 0 && decayOf(each, made) !== each.l2));
  const bound = all.filter(({ limit }) => limit !== null);
  const notes = leftOut(spec);
  return `
# How it was trained. Everything here is about scaled rows${network.reading.kind === "number" ? ` and a scaled target, (y - ${network.scaling.target.mean}) / ${network.scaling.target.deviation}` : ""}.
${notes.map((note) => `# ${note}\n`).join("")}ROWS = ${rows}  # of a step


def loss(z, y):
    return ${lossOf(spec.loss, network.outputs)}


def penalty(network, rows):
    """What is added to the loss; the course's lambda is divided by the rows of the step."""
    return ${paid.length === 0 ? "0.0" : paid.map(penaltyTerm).join(" + ")}


def optimizer(network):
    """${made.about}"""
${made.code === null ? `    raise NotImplementedError(${python(made.about)})` : `    groups = {
${groups.map((decay) => `        ${made.own ?? (decay === 0 ? "0.0" : `${decay} / ROWS`)}: [${all.filter((each) => decayOf(each, made) === decay).map((each) => weight(each.layer)).join(", ")}],${made.own !== null || decay === 0 ? "" : "  # weight_decay is lambda / rows"}`).join("\n")}
    }
    decayed = {id(p) for group in groups.values() for p in group}
    rest = [p for p in network.parameters() if id(p) not in decayed]
    return torch.optim.${made.code.replace("GROUPS", `[*({"params": group, "weight_decay": decay} for decay, group in groups.items()), {"params": rest, "weight_decay": ${made.decaysAll ? made.own! : "0.0"}}]`)}`}


def step(network, updates, x, y):
    """One update; x scaled rows, y labels or scaled numbers (rows, 1). Returns the loss before it."""
    network.train()
    updates.zero_grad()
    value = loss(network(x), y) + penalty(network, len(x))
    value.backward()
${clipValue === null ? "" : `    nn.utils.clip_grad_value_(network.parameters(), ${clipValue})\n`}${clipSliceNorm === null ? "" : `    for p in network.parameters():\n        nn.utils.clip_grad_norm_([p], ${clipSliceNorm})\n`}${clipNorm === null ? "" : `    nn.utils.clip_grad_norm_(network.parameters(), ${clipNorm})\n`}    updates.step()
${bound.length === 0 ? "" : `    with torch.no_grad():
        for w, limit in [${bound.map(({ layer, limit }) => `(${weight(layer)}, ${limit!})`).join(", ")}]:
            w.mul_((limit / w.flatten(1).norm(dim=1).clamp(min=limit)).view(-1, *[1] * (w.dim() - 1)))
`}    return float(value)

`;
}

const weight = (layer: NetworkLayer): string => `network.${moduleName(layer)}.weight`;

function penaltyTerm({ layer, l1, l2 }: Penalty): string {
  const w = weight(layer);
  return [...(l1 > 0 ? [`${l1} / rows * ${w}.abs().sum()`] : []), ...(l2 > 0 ? [`${l2} / (2 * rows) * ${w}.square().sum()`] : [])].join(" + ");
}

/** λ₂ where the optimizer's weight_decay can stand for it: alone, and where it is added to the gradient. */
const decayOf = ({ l1, l2 }: Penalty, { own }: Made): number => (own === null && l1 === 0 ? l2 : 0);

/** The call, or null with the reason; `own`: the decay beside the gradient that belongs to the optimizer itself, which leaves no room for L2 in weight_decay. */
interface Made { readonly code: string | null; readonly about: string; readonly own: string | null; readonly decaysAll: boolean }

function optimizerOf({ kind, ...values }: Component): Made {
  const v = values as Record<string, number | string | boolean>;
  const lr = v["learningRate"] as number;
  const made = (code: string, about: string): Made => ({ code, about, own: null, decaysAll: false });
  const decoupled = (code: string, about: string): Made => ({ code, about, own: python(v["weightDecay"]), decaysAll: v["decayed"] === "all" });
  const none = (why: string): Made => ({ code: null, about: `PyTorch has no optimizer equal to ${kind}: ${why}. Take another, or train on in Descent.`, own: null, decaysAll: false });
  const betas = `betas=(${v["beta1"]}, ${v["beta2"]}), eps=${v["epsilon"]}`;
  switch (kind) {
    case "sgd": return made(`SGD(GROUPS, lr=${lr})`, "Gradient descent.");
    case "momentum":
      if (v["form"] === "ewmaCorrected") return none("its average is without the bias correction");
      if (v["form"] === "classic") return made(`SGD(GROUPS, lr=${lr}, momentum=${v["beta"]})`, "Momentum in PyTorch's own form, v = beta v + g.");
      return made(`SGD(GROUPS, lr=${lr} * (1 - ${v["beta"]}), momentum=${v["beta"]})`, "Momentum. The run averages, v = beta v + (1 - beta) g; PyTorch sums, v = beta v + g: with (1 - beta) times the rate the steps are the same.");
    case "nesterov":
      if (v["lookahead"] === true && v["dampening"] !== 0) return none("Nesterov's look ahead goes with no dampening there");
      return made(`SGD(GROUPS, lr=${lr}, momentum=${v["beta"]}, dampening=${v["dampening"]}, nesterov=${python(v["lookahead"])})`, "Nesterov's momentum.");
    case "rmsprop":
      if (v["epsilonAt"] !== "outside" || v["biasCorrection"] !== false) return none("its RMSprop has epsilon outside the root and no bias correction");
      return made(`RMSprop(GROUPS, lr=${lr}, alpha=${v["beta"]}, eps=${v["epsilon"]}, momentum=${v["momentum"]}, centered=${python(v["centered"])})`, "RMSprop.");
    case "adagrad": return made(`Adagrad(GROUPS, lr=${lr}, initial_accumulator_value=${v["initial"]}, eps=${v["epsilon"]})`, "Adagrad.");
    case "adadelta": return made(`Adadelta(GROUPS, lr=${lr}, rho=${v["rho"]}, eps=${v["epsilon"]})`, "Adadelta.");
    case "adam": return v["biasCorrection"] === false ? none("its Adam always corrects the averages") : made(`Adam(GROUPS, lr=${lr}, ${betas})`, "Adam.");
    case "adamw": return decoupled(`AdamW(GROUPS, lr=${lr}, ${betas})`, "AdamW; its weight decay is multiplied by the learning rate and holds for kernels, unless the run says otherwise.");
    case "amsgrad": return decoupled(`AdamW(GROUPS, lr=${lr}, ${betas}, amsgrad=True)`, "AMSGrad, its weight decay beside the gradient.");
    case "adamax": return made(`Adamax(GROUPS, lr=${lr}, ${betas})`, "Adamax.");
    case "nadam": return v["weightDecay"] !== 0 ? none("its weight decay would be part of the gradient") : made(`NAdam(GROUPS, lr=${lr}, ${betas}, momentum_decay=${v["momentumDecay"]})`, "NAdam. PyTorch 1.13 divides by one factor of the momentum too many; there the steps differ.");
    case "radam": return made(`RAdam(GROUPS, lr=${lr}, ${betas})`, "RAdam.");
    default: return none("torch.optim does not have it");
  }
}

function lossOf({ kind, ...values }: Component, outputs: number): string {
  switch (kind) {
    case "softmaxCrossEntropy": {
      const { labelSmoothing, classWeights, temperature } = values as { labelSmoothing: number; classWeights: readonly number[] | null; temperature: number };
      return `F.cross_entropy(z${temperature === 1 ? "" : ` / ${temperature}`}, y${classWeights === null ? "" : `, weight=torch.tensor(${python(classWeights)})`}${labelSmoothing === 0 ? "" : `, label_smoothing=${labelSmoothing}`})`;
    }
    case "binaryCrossEntropy": return `F.binary_cross_entropy_with_logits(z, y.reshape(z.shape).float(), pos_weight=torch.tensor(${python(values["posWeight"])}))`;
    case "hinge": {
      const power = values["squared"] === true ? 2 : 1;
      return outputs === 1 ? `F.relu(1 - (2 * y.reshape(z.shape) - 1) * z).pow(${power}).mean()` : `F.multi_margin_loss(z, y, p=${power})`;
    }
    case "mse": return "F.mse_loss(z, y)";
    case "mae": return "F.l1_loss(z, y)";
    default: return `F.huber_loss(z, y, delta=${python(values["delta"])})`;
  }
}
