/** What the peers in JavaScript have in common: the clock, and batches laid out of the task's files. Knows no framework. */

import { peakBytes } from "../lines.ts";

/**
 * The rows of one step after another, counted from 0. `rowsOf(step)` is where they stand in the task; `x(step)` and `y(step)` copy them out. Labels become one-hot
 * rows where `oneHot` is set.
 */
export function batches({ task, x, y, order }, oneHot) {
  const { batchSize: m, features: f, rows, stepsPerEpoch, epochs, classes } = task;
  const numbersX = new Float32Array(m * f), width = oneHot && classes !== null ? classes : 1, numbersY = new Float32Array(m * width);
  const rowAt = (step, i) => order[(Math.floor(step / stepsPerEpoch) % epochs) * rows + (step % stepsPerEpoch) * m + i];
  return {
    x(step) {
      for (let i = 0; i < m; i++) { const from = rowAt(step, i) * f; numbersX.set(x.subarray(from, from + f), i * f); }
      return numbersX;
    },
    y(step) {
      if (width > 1) numbersY.fill(0);
      for (let i = 0; i < m; i++) { const value = y[rowAt(step, i)]; if (width > 1) numbersY[i * width + value] = 1; else numbersY[i] = value; }
      return numbersY;
    },
  };
}

/** The answers of a trainer with reset(dropout), step() → a loss not yet read, number(loss), drop(loss). */
export function answers(trainer) {
  let isStarted = false;
  return async (ask) => {
    switch (ask.do) {
      case "losses": {
        await trainer.reset(false);
        isStarted = false;
        const losses = [];
        for (let i = 0; i < ask.steps; i++) losses.push(await trainer.number(await trainer.step()));
        return { losses };
      }
      case "chunk": {
        if (ask.fresh || !isStarted) await trainer.reset(true);
        isStarted = true;
        let steps = 0, loss = null;
        const started = performance.now();
        while (performance.now() - started < 1000 * ask.seconds) {
          if (loss !== null) trainer.drop(loss);
          loss = await trainer.step();
          steps++;
        }
        // What was only begun is not yet a step.
        const number = await trainer.number(loss);
        return { steps, ms: performance.now() - started, loss: number };
      }
      case "memory": return { peakBytes: peakBytes() };
      default: throw new Error(`nobody answers ${ask.do}`);
    }
  };
}
