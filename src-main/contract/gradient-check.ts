/** What a gradient check is asked and what it answers, as plain data; the engine's report has this shape. */

/** Whatever is left out takes the engine's usual: ε 1e-5, two-sided, 8 rows, 20 entries of each tensor, 20 updates before the second check, masks frozen. */
export interface GradientCheckOptions {
  readonly epsilon?: number;
  readonly form?: "twoSided" | "oneSided";
  readonly rows?: number;
  /** null compares every entry. */
  readonly perSlice?: number | null;
  /** 0 leaves the second check out. */
  readonly burnIn?: number;
  readonly chance?: "frozen" | "off";
}

/** right: below the course's 1e-7, or within rounding; look: between; wrong: from 1e-3 on. */
export type GradientVerdict = "right" | "look" | "wrong";

/** The network's gradient when fresh (step 0) and after the burn-in. */
export interface GradientCheck {
  readonly verdict: GradientVerdict;
  readonly parameters: number;
  readonly checks: readonly { readonly step: number; readonly report: GradientReport }[];
}

export interface GradientReport {
  readonly epsilon: number;
  readonly form: "twoSided" | "oneSided";
  readonly rows: number;
  readonly loss: number;
  /** ‖g − ĝ‖ / (‖g‖ + ‖ĝ‖) over everything compared, and without the entries that step over a corner. */
  readonly relativeError: number;
  readonly smoothError: number;
  readonly verdict: GradientVerdict;
  readonly slices: readonly TensorCheck[];
  /** Where to look, in English; `code` and `params` let an interface say it in its own language. */
  readonly hints: readonly { readonly code: string; readonly slices: readonly string[]; readonly message: string; readonly params: Readonly<Record<string, string>> }[];
}

/** One tensor: "0/kernel", "1/scale". `worst` holds up to five entries, the doubtful ones first. */
export interface TensorCheck {
  readonly name: string;
  readonly shape: readonly number[];
  readonly checked: number;
  readonly kinks: number;
  readonly relativeError: number;
  readonly smoothError: number;
  readonly maxError: number;
  readonly verdict: GradientVerdict;
  readonly worst: readonly { readonly index: number; readonly at: readonly number[]; readonly analytic: number; readonly numerical: number; readonly relativeError: number; readonly isKink: boolean; readonly verdict: GradientVerdict }[];
}
