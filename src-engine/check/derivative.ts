/** Difference quotients: the derivative of a function of numbers, without its formula. Knows no network. */

/** twoSided: (f(x + ε) − f(x − ε)) / 2ε, whose error falls with ε²; oneSided: (f(x + ε) − f(x)) / ε, whose error falls with ε. */
export type DifferenceForm = "twoSided" | "oneSided";

/** How a network's gradient is measured where nothing else is asked: the ε that measures best in 64 bit, for the course's own is 1e-7. */
export const usualEpsilon = 1e-5;

/** f′(x), nearly. ε above 0; the rounding of f is magnified by 1/ε, so that too small an ε is as bad as too large a one. */
export function differenceQuotient(f: (x: number) => number, x: number, epsilon: number, form: DifferenceForm = "twoSided"): number {
  return form === "twoSided" ? (f(x + epsilon) - f(x - epsilon)) / (2 * epsilon) : (f(x + epsilon) - f(x)) / epsilon;
}

/** One ε of the course's example: what each form gives for f = θ³ at θ = 1, where the slope is 3. */
export interface CubeSlope { readonly epsilon: number; readonly twoSided: number; readonly oneSided: number }

/**
 * The course's example, f = θ³ at θ = 1, for each ε: with ε = 0.01 the forms give 3.0001 and 3.0301, so that their errors are ε² and about 3ε. In 32 bit every
 * operation is rounded to single precision, which shows why a gradient check needs 64.
 */
export function cubeSlopes(epsilons: readonly number[], precision: 32 | 64 = 64): CubeSlope[] {
  const round = precision === 32 ? Math.fround : (x: number) => x;
  const cube = (theta: number): number => round(round(round(theta) * round(theta)) * round(theta));
  return epsilons.map((epsilon) => ({ epsilon, twoSided: round(differenceQuotient(cube, 1, round(epsilon), "twoSided")), oneSided: round(differenceQuotient(cube, 1, round(epsilon), "oneSided")) }));
}
