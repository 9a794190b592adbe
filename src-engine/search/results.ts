/** What the trials of a sweep came to, as a distribution: how sweeps are held against each other without looking at their best alone. Knows numbers only. */

/** Which share of the trials is at least as good as a value. */
export interface Attained { readonly value: number; readonly share: number }

/**
 * The empirical distribution of results, from the best on: of n values the k-th best is reached or surpassed by the share k/n. Who has more trials near the best has the higher curve
 * (Bergstra & Bengio, Random Search for Hyper-Parameter Optimization, 2012, compare searches so). Values that are not finite are left out.
 */
export function attained(values: readonly number[], goal: "minimize" | "maximize"): readonly Attained[] {
  const sorted = values.filter(Number.isFinite).sort((a, b) => (goal === "maximize" ? b - a : a - b));
  return sorted.map((value, i) => ({ value, share: (i + 1) / sorted.length }));
}
