/** The native executor as the engine sees it: an addon that someone handed in, or the reason why there is none. Knows no file, no Node and no program. */

/** One compilation of the program; the name says which vectors it takes. */
export type Variant = "avx512" | "avx512vl" | "avx2" | "neon";

/** What native/*.node exports; written in source/addon.c. */
export interface NativeAddon {
  /** `variants`: those that this processor runs, the widest first. `cpu`: what it calls itself, empty where it does not. */
  features(): { readonly variants: readonly Variant[]; readonly cpu: string };
  /**
   * A function that runs the program on `bytes`, given the byte at which the call block begins, and returns the program's status. The bytes must be a memory
   * that stays where it is: a shared one, or one that is never transferred. They are trusted like the code: a call block with wrong places reads and writes
   * wherever these point. Throws TypeError for a variant that this processor does not run. Fast mode takes subnormal numbers for zero.
   */
  attach(bytes: Uint8Array, variant: Variant, isFast: boolean): (call: number) => number;
}

/** An addon with at least one variant for this processor, or one sentence that says why there is none. Having none is normal: WebAssembly does the same. */
export type Native = { readonly addon: NativeAddon } | { readonly reason: string };

let native: Native = { reason: "Nobody has looked for native kernels." };
let narrow = 16;

/** From now on compiled plans of this thread may take `found`; with a reason they do without. */
export function useNative(found: Native): void { native = found; }

/** From now on networks of this thread whose widest layer is at most so wide are computed with the second widest vectors: `narrowestChoice` of plan/tune.ts measures it. */
export function useNarrowTo(width: number): void { narrow = width; }

/** That width. */
export const narrowTo = (): number => narrow;

/** The variant for a network whose widest layer has so many numbers, of those that the processor runs, the widest first: with few numbers wide vectors are mostly empty. */
export const variantFor = (variants: readonly Variant[], widest: number): Variant => (widest <= narrow ? variants[1] : undefined) ?? variants[0]!;

/** An addon that has this variant alone: for tests and measurements. */
export const only = (addon: NativeAddon, variant: Variant): NativeAddon => ({ features: () => ({ ...addon.features(), variants: [variant] }), attach: (bytes, _, isFast) => addon.attach(bytes, variant, isFast) });

/** What `useNative` was given last. */
export const nativeKernels = (): Native => native;
