/** Bounds that the interface must know before it asks; all others stand with the checks (inputs.ts). */

/** How many runs one call may name. */
export const mostRuns = 1000;

/** How many runs may train side by side. */
export const mostParallel = 256;
