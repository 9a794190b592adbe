/** Schedule-Free AdamW. */

import { choice } from "../spec/param.ts";
import { correction } from "../stats/ewma.ts";
import { averages, decayEnd, decoupledDecay, defineOptimizer, epsilon, learningRate, retention } from "./optimizer.ts";
import { averagingShare, averagingState } from "./schedule-free.ts";

/**
 * Three points as in Schedule-Free SGD: x, the parameters, is evaluated and saved; z takes the steps; gradients are taken at y.
 * package: g/(√v̂ + ε), as the authors' schedule_free from 1.3 on; paper: g/(√v + ε) with α√(1 − β₂ᵗ) in place of α, in the averaging weights too.
 */
export const scheduleFreeAdamW = defineOptimizer({
  kind: "scheduleFreeAdamW",
  title: "Schedule-Free AdamW",
  summary: "AdamW whose weights are a running average of its steps in place of momentum and decay of the rate: take a constant rate, best with a warm-up.",
  math: "v ← β₂v + (1 − β₂)g²;  z ← z − α(g(y)/(√v̂ + ε) + λy);  c = γ²/Σγ², γ = max α;  x ← x + c(z − x);  y ← z + β₁(x − z)",
  source: "Defazio, Yang, Mehta, Mishchenko, Khaled, Cutkosky, The Road Less Scheduled, NeurIPS 2024 (arXiv:2405.15682), Algorithm 1; form package: github.com/facebookresearch/schedule_free",
  params: {
    learningRate: learningRate(2.5e-3),
    beta1: retention("β₁", 0.9, "how near to the average x gradients are taken: 0 at z, 1 at x"),
    beta2: averages().beta2,
    epsilon: epsilon(1e-8, "keeps the quotient finite"),
    form: choice({ default: "package", options: ["package", "paper"], help: "how v is corrected for its slow start: package beside ε, as the authors' code; paper in the rate, and so in the averaging weights" }),
    ...decoupledDecay(0, "pull towards 0 at y, times the learning rate; 0 for none"),
  },
  slots: ["z", "y", "v"],
  state: averagingState,
  gradientAt: "y",
  update({ p, g, slots: { z, y, v }, state, from, to, decayTo, t, lr, hyper: { beta1, beta2, epsilon, form, weightDecay, decayed }, kernels }) {
    const started = Math.sqrt(correction(beta2, t));
    const rate = form === "paper" ? lr * started : lr;
    const share = averagingShare(state, rate);
    const until = decayEnd({ to, decayTo }, decayed);
    for (const [begin, end, lambda] of [[from, until, weightDecay], [until, to, 0]] as const) {
      if (end > begin) kernels.scheduleFreeUpdate(p, g, z, y, v, begin, end, t === 1, rate, share, beta1, lambda, beta2, 1 - beta2, form === "paper" ? 1 : started, epsilon);
    }
  },
});
