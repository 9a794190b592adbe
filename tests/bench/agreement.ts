/** Whether a contestant trains what we train: its losses against ours. Pure. */

/** Steps whose losses are compared, counted from 1. */
export const comparedSteps = [1, 10, 50] as const;
/** Relative; float32 sums in another order, and fifty steps carry the difference on. */
export const tolerance = 1e-4;

export interface Agreement {
  readonly isAgreed: boolean;
  /** |theirs − ours| / |ours| at each compared step. */
  readonly differences: readonly number[];
}

/**
 * Whom the others are compared with, as a place in `losses`: of ours the one that most of all agree with, the first of several; of all where none is ours. So one
 * executor that goes wrong is marked itself, and not everybody else. −1 where there is nobody.
 */
export function measureAmong(losses: readonly (readonly number[])[], isOwn: readonly boolean[]): number {
  const friends = losses.map((ours) => losses.filter((theirs) => agreement(ours, theirs).isAgreed).length);
  const may = losses.map((_, i) => i).filter((i) => isOwn[i] || !isOwn.includes(true));
  return may.reduce((best, i) => (best < 0 || friends[i]! > friends[best]! ? i : best), -1);
}

export function agreement(ours: readonly number[], theirs: readonly number[]): Agreement {
  const differences = comparedSteps.map((step) => Math.abs(theirs[step - 1]! - ours[step - 1]!) / Math.abs(ours[step - 1]!));
  // NaN agrees with nothing.
  return { isAgreed: differences.every((difference) => difference <= tolerance), differences };
}
