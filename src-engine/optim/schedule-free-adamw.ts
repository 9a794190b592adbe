/** Schedule-Free AdamW. */

import { choice } from "../spec/param.ts";
import { correction } from "../stats/ewma.ts";
import { averages, decayEnd, decoupledDecay, defineOptimizer, epsilon, learningRate, retention } from "./optimizer.ts";
import { averagingShare, averagingState, begin } from "./schedule-free.ts";

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
  update({ p, g, slots: { z, y, v }, state, from, to, decayTo, t, lr, hyper: { beta1, beta2, epsilon, form, weightDecay, decayed }, round }) {
    if (t === 1) begin(p, z, y, from, to);
    const started = Math.sqrt(correction(beta2, t));
    const rate = form === "paper" ? lr * started : lr;
    const c = round(averagingShare(state, rate));
    const a = round(rate), b = round(beta1), decay = round(weightDecay);
    const b2 = round(beta2), c2 = round(1 - beta2);
    const root = round(form === "paper" ? 1 : started), e = round(epsilon);
    const until = decayEnd({ to, decayTo }, decayed);
    for (let i = from; i < to; i++) {
      const d = g[i]!;
      const square = round(round(b2 * v[i]!) + round(c2 * round(d * d)));
      v[i] = square;
      const scaled = round(d / round(round(round(Math.sqrt(square)) / root) + e));
      const lambda = i < until ? decay : 0;
      const point = round(z[i]! - round(a * round(scaled + round(lambda * y[i]!))));
      const mean = round(p[i]! + round(c * round(point - p[i]!)));
      z[i] = point;
      p[i] = mean;
      y[i] = point + round(b * round(mean - point));
    }
  },
});
