/** What a look at a sweep found, as plain data. Knows nothing of how it was found (search/doctor.ts does). */

/** What sort of finding it is, for an interface that says it in its own words. */
export type FindingCode = "bestOnBorder" | "manyDiverged" | "axisWithoutEffect" | "tooFewTrials" | "stillImproving" | "winnerWithinNoise";

/** A value of the sweep-spec to change: what a button does. */
export interface Change { readonly path: readonly string[]; readonly to: unknown }

/** One thing found, with its evidence and what to do about it. */
export interface Finding {
  readonly code: FindingCode;
  /** The axis it is about, where it is about one. */
  readonly axis?: string;
  readonly message: string;
  /** The evidence, as text ready to show. */
  readonly details: Readonly<Record<string, string>>;
  /** The trials that show it. */
  readonly trials: readonly number[];
  readonly change: Change | null;
}
