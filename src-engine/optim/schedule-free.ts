/** What the schedule-free optimizers share: the weights of the running average that is evaluated. */

/** Σ of the averaging weights, and the greatest learning rate so far. */
export const averagingState = { weightSum: 0, greatest: 0 };

/** The newest point's share in the average: cₜ = γ²/Σγ², γ the greatest rate up to then. A rate of 0 weighs nothing. */
export function averagingShare(state: { weightSum: number; greatest: number }, lr: number): number {
  state.greatest = Math.max(state.greatest, lr);
  const weight = state.greatest * state.greatest;
  state.weightSum += weight;
  return weight === 0 ? 0 : weight / state.weightSum;
}
