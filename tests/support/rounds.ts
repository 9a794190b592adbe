/** How often a test does what it does: a little in every run of the tests, as often as was promised in `npm run test:long`. */

export const isLong = process.env["DESCENT_LONG"] === "1";

export const rounds = (usual: number, long: number): number => (isLong ? long : usual);

/** For tests whose rounds take long: an hour where there are many, else what a busy machine needs. */
export const patience = { timeout: isLong ? 3_600_000 : 300_000 } as const;
