/** Schedule-Free SGD. */

import { decayEnd, decoupledDecay, defineOptimizer, learningRate, retention } from "./optimizer.ts";
import { averagingShare, averagingState } from "./schedule-free.ts";

/**
 * Three points: x, the parameters, is evaluated and saved; z takes the steps; y, where gradients are taken, lies between them. Batch norm's running statistics
 * are those of y, so that behind it x is judged with statistics slightly not its own; the authors recompute them before evaluating.
 */
export const scheduleFreeSgd = defineOptimizer({
  kind: "scheduleFreeSgd",
  title: "Schedule-Free SGD",
  summary: "Descent whose weights are a running average of its steps, so that no decay of the learning rate is needed: take a constant rate, best with a warm-up.",
  math: "z ← z − α(g(y) + λy);  c = γ²/Σγ², γ = max α;  x ← x + c(z − x);  y ← z + β(x − z)",
  source: "Defazio, Yang, Mehta, Mishchenko, Khaled, Cutkosky, The Road Less Scheduled, NeurIPS 2024 (arXiv:2405.15682)",
  params: {
    learningRate: learningRate(1),
    beta: retention("β", 0.9, "how near to the average x gradients are taken: 0 at z, 1 at x"),
    ...decoupledDecay(0, "pull towards 0 at y, times the learning rate; 0 for none"),
  },
  slots: ["z", "y"],
  state: averagingState,
  gradientAt: "y",
  update({ p, g, slots: { z, y }, state, from, to, decayTo, t, lr, hyper: { beta, weightDecay, decayed }, kernels }) {
    const share = averagingShare(state, lr);
    const until = decayEnd({ to, decayTo }, decayed);
    for (const [begin, end, lambda] of [[from, until, weightDecay], [until, to, 0]] as const) {
      if (end > begin) kernels.scheduleFreeUpdate(p, g, z, y, null, begin, end, t === 1, lr, share, beta, lambda, 0, 0, 1, 1);
    }
  },
});
