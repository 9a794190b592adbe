/** What a step's profile is asked and what it answers, and what arithmetic a machine has, as plain data; the engine's own have these shapes. */

/** Whatever is left out is what a run of the spec would take. */
export interface StepProfileOptions {
  readonly executor?: "reference" | "wasm" | "native";
  readonly mode?: "exact" | "fast";
}

export interface StepProfile {
  /** "native exact", "wasm fast (relaxed)" … */
  readonly arithmetic: string;
  /** Rows of the step's batch. */
  readonly rows: number;
  /** 10⁹ multiplications and additions a second that the executor could do on registers alone; null for the reference. */
  readonly peak: number | null;
  /** Nanoseconds of a whole step among others. */
  readonly ns: number;
  /** In the order of the step; empty where steps are not run as one program, with the reason in `note`. */
  readonly operations: readonly StepOperation[];
  readonly note: string | null;
}

/** One operation, run by itself: its data are then nearer to the processor than within a step. */
export interface StepOperation {
  readonly operation: string;
  readonly executor: string;
  /** The slice that it writes, such as "grad 0/kernel"; empty where it writes none. */
  readonly about: string;
  readonly ns: number;
  /** Multiplications and additions of products; 0 elsewhere. */
  readonly flops: number;
  /** Bytes of the vectors it is given. */
  readonly bytes: number;
}

/** What computes on this machine. */
export interface Arithmetic {
  /** What runs take by themselves: "native exact". */
  readonly used: string;
  /** Vectors that the native kernels find here, or why there are no native kernels. */
  readonly native: { readonly variants: readonly string[]; readonly cpu: string } | { readonly reason: string };
  /** Networks whose widest layer is at most so wide are computed with the second widest vectors, as was measured here; null where there is no choice. */
  readonly narrowTo: number | null;
  readonly wasm: { readonly simd: boolean; readonly relaxed: boolean };
  /** 10⁹ multiplications and additions a second on registers alone, by what each executor and mode could do. */
  readonly peaks: readonly { readonly arithmetic: string; readonly gflops: number }[];
}
